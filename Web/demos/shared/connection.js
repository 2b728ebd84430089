/**
 * Keeps an element up to date with the state of a connection: words for all, a colour for those who see it.
 *
 * It listens to `/meta/handshake`, `/meta/connect` and `/meta/disconnect`, as the book shows it, and may be called
 * before the handshake or later.
 *
 * @param cometd the connection
 * @param {HTMLElement} element where to show it; best with the class `connection` and the role `status`
 * @param {(state: string) => void} changed called with `connected`, `connecting`, `broken` or `disconnected`
 */
export function showConnection(cometd, element, changed = () => {}) {
    let current;

    function set(state) {
        const transport = state === "connected" ? cometd.getTransport()?.getType() : undefined;
        const text = transport ? `${words[state]} · ${transport}` : words[state];
        // Unchanged text is left alone, lest it be read out again.
        if (element.textContent !== text) {
            element.textContent = text;
        }
        element.dataset.state = state;
        if (state !== current) {
            current = state;
            changed(state);
        }
    }

    cometd.addListener("/meta/handshake", (reply) => set(reply.successful ? "connecting" : "broken"));
    cometd.addListener("/meta/connect", (reply) => {
        if (cometd.isDisconnected()) {
            set("disconnected");
        } else {
            set(reply.successful ? "connected" : "broken");
        }
    });
    cometd.addListener("/meta/disconnect", () => set("disconnected"));
    const status = cometd.getStatus();
    set(status === "connected" ? "connected" : status.endsWith("ing") && !cometd.isDisconnected() ? "connecting" : "disconnected");
    return { connecting: () => set("connecting") };
}

const words = {
    connected: "Connected",
    connecting: "Connecting …",
    broken: "No connection, trying again …",
    disconnected: "Not connected",
};
