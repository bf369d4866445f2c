// Refresh the board: fetch the fragment every two seconds and redraw it if it changed. Keep the
// open cards, the focus and the scroll position.
(function () {
  "use strict";
  const board = document.getElementById("board");
  const offline = document.getElementById("offline");
  let etag = "";

  function redraw(html) {
    const open = [...board.querySelectorAll("details[open]")].map((each) => each.id);
    const focused = document.activeElement && document.activeElement.id;
    const inside = board.contains(document.activeElement);
    const inDetails = inside && document.activeElement.tagName === "SUMMARY"
      ? document.activeElement.parentElement.id : "";
    const top = window.scrollY;
    board.innerHTML = html;
    for (const id of open) {
      const each = document.getElementById(id);
      if (each) each.open = true;
    }
    const target = inDetails
      ? document.querySelector("#" + CSS.escape(inDetails) + " > summary")
      : inside && focused && document.getElementById(focused);
    if (target) target.focus({ preventScroll: true });
    window.scrollTo({ top: top, behavior: "instant" });
  }

  async function refresh() {
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const address = board.dataset.fragment + location.search;
      const response = await fetch(address, { headers, cache: "no-store" });
      if (response.status === 200) {
        const html = await response.text();
        const next = response.headers.get("ETag") || "";
        if (etag !== next) redraw(html);
        etag = next;
      }
      offline.hidden = response.ok || response.status === 304;
    } catch (error) {
      offline.hidden = false;
    }
    setTimeout(refresh, document.hidden ? 10000 : 2000);
  }

  for (const control of document.querySelectorAll(".filter select, .filter [type=checkbox]")) {
    control.addEventListener("change", () => control.form.requestSubmit());
  }
  setTimeout(refresh, 2000);
})();
