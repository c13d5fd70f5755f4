(function () {
  "use strict";
  var root = document.documentElement;
  function kept(name) { try { return localStorage.getItem("stirfry-" + name); } catch (error) { return null; } }
  function keep(name, value) { try { localStorage.setItem("stirfry-" + name, value); } catch (error) { /* a file may not keep anything */ } }
  function press(name, value) {
    document.querySelectorAll("[data-" + name + "]").forEach(function (button) {
      if (button.tagName === "BUTTON") button.setAttribute("aria-pressed", String(button.getAttribute("data-" + name) === value));
    });
  }
  function speak(language) { root.lang = language; press("lang", language); }
  function dress(theme) { root.dataset.theme = theme; press("set-theme", theme); }
  function choice(name, act) {
    document.querySelectorAll("button[data-" + name + "]").forEach(function (button) {
      button.addEventListener("click", function () {
        var value = button.getAttribute("data-" + name);
        act(value);
        keep(name, value);
      });
    });
  }
  var language = kept("lang"), theme = kept("set-theme");
  speak(language === "en" || language === "zh" ? language : root.lang);
  dress(theme === "light" || theme === "dark" ? theme : "auto");
  choice("lang", speak);
  choice("set-theme", dress);

  if (navigator.clipboard) {
    document.querySelectorAll(".block").forEach(function (block) {
      var button = block.querySelector("button"), words = button.querySelectorAll(":scope > span");
      function show(at) { words.forEach(function (word, place) { word.hidden = place !== at; }); }
      button.hidden = false;
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(block.querySelector("pre").textContent).then(function () {
          show(1);
          setTimeout(show, 1500, 0);
        }, function () { /* the browser doesn't let a page copy */ });
      });
    });
  }

  var links = {};
  document.querySelectorAll("nav a").forEach(function (link) { links[link.getAttribute("href").slice(1)] = link; });
  if ("IntersectionObserver" in window) {
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        var link = links[entry.target.id];
        if (link && entry.isIntersecting) {
          Object.keys(links).forEach(function (name) { links[name].classList.remove("here"); });
          link.classList.add("here");
        }
      });
    }, { rootMargin: "-20% 0px -70% 0px" });
    document.querySelectorAll("section[id]").forEach(function (section) { watcher.observe(section); });
  }
  addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (details) { details.open = true; });
  });
})();
