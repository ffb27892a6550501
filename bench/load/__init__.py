"""Load on gateways, made by Locust of what registries were recorded to say, and judged as any replay is."""
