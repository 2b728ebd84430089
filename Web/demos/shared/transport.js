const choices = { "websocket": "WebSocket", "long-polling": "long-polling", "callback-polling": "callback-polling" };

/** The transport that the address of the page asks for: `?transport=long-polling`. WebSocket when it does not. */
export function chosenTransport() {
    const wanted = new URLSearchParams(location.search).get("transport");
    return wanted in choices ? wanted : "websocket";
}

/** Leaves a `CometD` the transports that the page may use; to be called before the handshake. */
export function chooseTransport(cometd, transport = chosenTransport()) {
    if (transport !== "websocket") {
        cometd.websocketEnabled = false;
    }
    if (transport === "callback-polling") {
        cometd.unregisterTransport("long-polling");
    }
}

/** The address of the Bayeux server. */
export const serverURL = () => location.origin + cometdDemo.path;

/** Fills the list of links that switch the transport. */
export function showTransports(list) {
    for (const [name, words] of Object.entries(choices)) {
        const link = document.createElement("a");
        const query = new URLSearchParams(location.search);
        query.set("transport", name);
        link.href = `?${query}${location.hash}`;
        link.textContent = words;
        if (name === chosenTransport()) {
            link.setAttribute("aria-current", "true");
        }
        const item = document.createElement("li");
        item.append(link);
        list.append(item);
    }
}
