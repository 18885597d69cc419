// Runs before the first paint: the remembered theme and language stand before anything is drawn, so nothing flashes.
;(function () {
  var root = document.documentElement
  try {
    var theme = localStorage.getItem('shua.theme')
    var language = localStorage.getItem('shua.language') || (/^zh\b/i.test(navigator.language) ? 'zh' : 'en')
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
    root.lang = language === 'zh' ? 'zh-CN' : 'en'
  } catch {
    root.lang = 'en'
  }
})()
