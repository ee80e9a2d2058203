(function () {
  var form = document.querySelector("form.exit");
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var body = new URLSearchParams(new FormData(form));
    document.title = "\u200b";
    document.body.replaceChildren();
    var leave = function () { location.replace(form.dataset.to); };
    // Waits for the answer, which clears the browser's cache of these pages, but not for long.
    fetch(form.action, { method: "POST", body: body, keepalive: true, redirect: "manual" }).then(leave, leave);
    setTimeout(leave, 400);
  });
})();
