/** Does something with a path of the app, as an app at its own root would. It runs in the page. */
export type Act = (path: string) => unknown;

export const REQUESTS: Record<string, Act> = {
  "fetch.txt": (path) => fetch(path),
  "fetch-url.txt": (path) => fetch(new URL(path, location.href)),
  "fetch-climbing.txt": (path) => fetch(`../..${path}`),
  "fetch-request.txt": (path) => fetch(new Request(path, { method: "POST", body: "kept", keepalive: true })),
  "xhr.txt": (path) => {
    const xhr = new XMLHttpRequest();
    xhr.open("GET", path);
    xhr.send();
  },
  "xhr-upload.txt": (path) => {
    const form = new FormData();
    form.append("file", new Blob(["x"]), "x.txt");
    const xhr = new XMLHttpRequest();
    xhr.upload.onprogress = () => {};
    xhr.open("POST", path);
    xhr.send(form);
  },
  "beacon.txt": (path) => navigator.sendBeacon(path, "x"),
  "stream.events": (path) =>
    new EventSource(path).addEventListener("error", (event) => (event.target as EventSource).close()),
  socket: (path) => new WebSocket(location.origin.replace("http", "ws") + path),
  "relative-socket": (path) => new WebSocket(path),
  "cache.txt": async (path) => (await caches.open("c")).addAll([path]),
};

export const ELEMENTS: Record<string, Act> = {
  "image.svg": (path) => {
    new Image().src = path;
  },
  "srcset.svg": (path) => {
    new Image().srcset = `${path} 1x, ${path}?2 2x`;
  },
  "set-attribute.svg": (path) => document.createElement("img").setAttribute("src", path),
  "attribute-node.svg": (path) => {
    const attribute = document.createAttribute("src");
    attribute.value = path;
    document.createElement("img").setAttributeNode(attribute);
  },
  "script.js": (path) => document.head.append(Object.assign(document.createElement("script"), { src: path })),
  "link.css": (path) =>
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: path })),
  "audio.wav": (path) => new Audio(path).load(),
  "poster.svg": (path) => {
    const video = document.createElement("video");
    video.poster = path;
    document.body.append(video);
  },
  "frame.html": (path) => document.body.append(Object.assign(document.createElement("iframe"), { src: path })),
  "object.svg": (path) => document.body.append(Object.assign(document.createElement("object"), { data: path })),
  "svg-image.svg": (path) => {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    const image = document.createElementNS(ns, "image");
    image.setAttribute("href", path);
    document.body.appendChild(svg).append(image);
  },
  "reference.svg": (path) => {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    const use = document.createElementNS(ns, "use");
    use.href.baseVal = `${path}#part`;
    svg.className.baseVal = "icon";
    document.body.appendChild(svg).append(use);
  },
  "mask.svg": (path) => {
    const ns = "http://www.w3.org/2000/svg";
    const rect = document.createElementNS(ns, "rect");
    rect.setAttribute("width", "9");
    rect.setAttribute("mask", `url(${path}#part)`);
    document.body.appendChild(document.createElementNS(ns, "svg")).append(rect);
  },
  "filter.svg": (path) =>
    document.body.insertAdjacentHTML(
      "beforeend",
      `<svg width="9" height="9"><rect width="9" height="9" filter='url("${path}#part")'/></svg>`,
    ),
  "parsed-picture.svg": (path) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="${path}"/></svg>`;
    document.body.append(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement);
  },
  "inner.svg": (path) => {
    document.createElement("div").innerHTML = `<p title='a>b'><img alt=x src=${path}><!-- <img src="/no"> -->`;
  },
  "outer.svg": (path) => {
    const div = document.body.appendChild(document.createElement("div"));
    div.outerHTML = `<img src="${path.replaceAll("/", "&#x2F;")}">`;
  },
  "adjacent.svg": (path) => document.body.insertAdjacentHTML("beforeend", `<img src="${path}">`),
  "unsafe.svg": (path) =>
    (document.createElement("div") as unknown as { setHTMLUnsafe(html: string): void }).setHTMLUnsafe(
      `<img src="${path}">`,
    ),
  "range.svg": (path) => document.createRange().createContextualFragment(`<img src="${path}">`),
  "parsed.svg": (path) => {
    const parsed = new DOMParser().parseFromString(`<img src="${path}">`, "text/html");
    document.body.append(document.adoptNode(parsed.body.firstChild as Node));
  },
  "parsed-unsafe.svg": (path) => {
    const { parseHTMLUnsafe } = Document as unknown as { parseHTMLUnsafe(html: string): Document };
    const parsed = parseHTMLUnsafe(`<img src="${path}">`);
    document.body.append(document.adoptNode(parsed.body.firstChild as Node));
  },
  "template.svg": (path) => {
    const template = document.createElement("template");
    template.innerHTML = `<p><img src="${path}"></p>`;
    document.body.append(template.content.cloneNode(true));
  },
  "shadow.svg": (path) => {
    document.body
      .appendChild(document.createElement("div"))
      .attachShadow({ mode: "closed" }).innerHTML = `<img src="${path}">`;
  },
  "shadow-style.svg": (path) => {
    const shadow = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    shadow.innerHTML = `<style>p { background: url(${path}) }</style><p>in the shadow</p>`;
  },
  "shadow-late.svg": (path) => {
    const shadow = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    const paragraph = shadow.appendChild(document.createElement("p"));
    paragraph.append("late");
    paragraph.style.backgroundImage = `url(${path})`;
  },
  "late-style.svg": (path) => {
    document.body.style.backgroundImage = `url(${path})`;
  },
  "style-text.svg": (path) => {
    const style = document.head.appendChild(document.createElement("style"));
    style.textContent = `#main { background: url("${path}"); width: 9px; height: 9px }`;
  },
  "rule.svg": (path) => {
    const style = document.head.appendChild(document.createElement("style"));
    style.sheet?.insertRule(`main { list-style-image: url(${path}); display: list-item }`);
  },
  "adopted.svg": (path) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`html { background: url('${path}') }`);
    document.adoptedStyleSheets = [sheet];
  },
  "css-text.svg": (path) => {
    const div = document.body.appendChild(document.createElement("div"));
    div.style.cssText = `background: url(${path}); width: 9px; height: 9px`;
  },
  "set-property.svg": (path) => {
    const div = document.body.appendChild(document.createElement("div"));
    div.style.border = "3px solid";
    div.style.setProperty("border-image", `url(${path}) 1`);
  },
  "animated.svg": (path) => {
    const steps = [{ backgroundImage: `url(${path})`, height: CSS.px(9) }, { backgroundImage: "none" }];
    document.body.appendChild(document.createElement("div")).animate(steps as unknown as Keyframe[], 9e9);
  },
  "effect.svg": (path) => {
    const div = document.body.appendChild(document.createElement("div"));
    div.style.display = "list-item";
    new Animation(new KeyframeEffect(div, { listStyleImage: [`url(${path})`, "none"] }, 9e9)).play();
  },
  "keyframes.svg": (path) => {
    const div = document.body.appendChild(document.createElement("div"));
    div.style.border = "3px solid";
    const effect = new KeyframeEffect(div, null, 9e9);
    effect.setKeyframes({ borderImageSource: [`url(${path})`, "none"] });
    new Animation(effect).play();
  },
  "font.woff2": (path) => void new FontFace("f", `url(${path})`).load().catch(() => {}),
  "blank-frame.txt": (path) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const inner = frame.contentWindow as Window & typeof globalThis;
    return inner.fetch(path);
  },
  "indexed-frame.txt": (path) => {
    document.body.append(document.createElement("iframe"));
    return (window[window.length - 1] as Window & typeof globalThis).fetch(path);
  },
  "written-frame.svg": (path) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const inner = frame.contentDocument as Document;
    inner.open();
    inner.write(`<img src="${path}">`);
    inner.close();
  },
  "frame-location.html": (path) => {
    const frame = document.createElement("iframe");
    frame.src = "/there.html";
    frame.onload = () => {
      frame.onload = null;
      (frame.contentWindow as Window).location.href = path;
    };
    document.body.append(frame);
  },
  "worklet.js": (path) => new AudioContext().audioWorklet.addModule(path),
  "srcdoc.svg": (path) => {
    const frame = document.createElement("iframe");
    frame.srcdoc = `<!doctype html><p>here</p><img src="${path}">`;
    document.body.append(frame);
  },
};

export const NAVIGATIONS: Record<string, Act> = {
  "href.html": (path) => {
    location.href = path;
  },
  "assign.html": (path) => location.assign(path),
  "replace.html": (path) => location.replace(path),
  "window.html": (path) => {
    (window as { location: unknown }).location = path;
  },
  "pathname.html": (path) => {
    location.pathname = path;
  },
  "self.html": (path) => void open(path, "_self"),
  "navigate.html": (path) => {
    (window as unknown as { navigation: { navigate(to: string): void } }).navigation.navigate(path);
  },
  "meta.html": (path) => {
    const meta = document.createElement("meta");
    meta.httpEquiv = "refresh";
    meta.content = `0; url=${path}`;
    document.head.append(meta);
  },
  "form-action.html": (path) => {
    const form = document.body.appendChild(document.createElement("form"));
    const button = form.appendChild(document.createElement("button"));
    button.formAction = path;
    button.click();
  },
  "svg-link.html": (path) => {
    const ns = "http://www.w3.org/2000/svg";
    const link = document.createElementNS(ns, "a");
    link.setAttribute("href", path);
    document.body.appendChild(document.createElementNS(ns, "svg")).append(link);
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  },
  "link.html": (path) => {
    const link = document.body.appendChild(document.createElement("a"));
    link.href = "/elsewhere.html";
    link.pathname = path;
    link.click();
  },
  "submit.html": (path) => {
    const form = document.body.appendChild(document.createElement("form"));
    form.method = "post";
    form.action = path;
    form.submit();
  },
  "request-submit.html": (path) => {
    const form = document.body.appendChild(document.createElement("form"));
    form.setAttribute("action", path);
    form.requestSubmit();
  },
};
