// Everything is in the page already; this makes it move.
theme();
filtering();
switching();
opening();
document.documentElement.dataset.ready = "1";
