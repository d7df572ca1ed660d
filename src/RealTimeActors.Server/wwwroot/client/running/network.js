/** In a browser: uses what it knows of the network and of the page. Answers how to stop. Elsewhere nothing is known. */
export function watchNetwork(driver) {
    const page = globalThis;
    if (typeof page.addEventListener !== "function")
        return () => { };
    const stop = new AbortController();
    const listen = (target, name, then) => target.addEventListener(name, then, { signal: stop.signal });
    listen(page, "online", () => driver.tell((machine, now) => machine.networkChanged(now, true)));
    listen(page, "offline", () => driver.tell((machine, now) => machine.networkChanged(now, false)));
    // What the application is done with should not come again to the page that follows this one.
    listen(page, "pagehide", () => driver.tell((machine, now) => machine.flushAcks(now)));
    const { document } = page;
    if (document)
        listen(document, "visibilitychange", () => { if (document.visibilityState === "visible")
            driver.tell((machine, now) => machine.hurry(now)); });
    return () => stop.abort();
}
