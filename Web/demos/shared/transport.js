const choices = { "websocket": "WebSocket", "long-polling": "long-polling", "callback-polling": "callback-polling" };

/** The transport that the address of the page asks for: `?transport=long-polling`. WebSocket when it does not. */
export function chosenTransport() {
    const wanted = new URLSearchParams(location.search).get("transport");
    return wanted in choices ? wanted : "websocket";
}

/** Leaves a `CometD` the transports that the page may use; to be called before the handshake. */
function chooseTransport(cometd, transport = chosenTransport()) {
    if (transport !== "websocket") {
        cometd.websocketEnabled = false;
    }
    if (transport === "callback-polling") {
        cometd.unregisterTransport("long-polling");
    }
}

/**
 * Configures a `CometD` with the server's address and the chosen transport, and begins its session.
 *
 * @param options more for `cometd.configure`
 */
export function connect(cometd, options = {}) {
    chooseTransport(cometd);
    cometd.configure({ url: serverURL(), ...options });
    if (chosenTransport() === "callback-polling" && document.readyState !== "complete") {
        // To the browser a page is loading as long as one of its first scripts is, and a held connect is one.
        window.addEventListener("load", () => setTimeout(() => cometd.handshake(), 0));
    } else {
        cometd.handshake();
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
