// Light, dark, or as the system has it; remembered where the browser allows that of a file.
function theme() {
  const button = document.getElementById("theme"), names = ["system", "light", "dark"];
  let now = "system";
  try { now = localStorage.getItem("rgwc-theme") || now; } catch { /* a file may have no storage */ }
  const set = (name) => {
    now = names.includes(name) ? name : "system";
    if (now === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = now;
    button.textContent = `Colours: ${now}`;
    button.setAttribute("aria-label", `Colours: ${now}`);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    set(names[(names.indexOf(now) + 1) % names.length]);
    try { localStorage.setItem("rgwc-theme", now); } catch { /* as above */ }
  });
  set(now);
}
