import { AckExtension, CometD, ReloadExtension } from "/js/esm/cometd.js";
import { showConnection } from "../shared/connection.js";
import { byId, show } from "../shared/page.js";
import { connect, showTransports } from "../shared/transport.js";

const key = "cometd-demos.reload";

/** What this page tells the next: `{clientId, messages, last, missing, loads}`. */
function recall() {
    try {
        return JSON.parse(sessionStorage.getItem(key)) ?? {};
    } catch {
        return {};
    }
}

const before = recall();
const state = { clientId: undefined, messages: 0, last: undefined, missing: 0, loads: (before.loads ?? 0) + 1 };
let since = 0;
let isEnding = false;

const cometd = new CometD();
cometd.registerExtension("ack", new AckExtension());
cometd.registerExtension("reload", new ReloadExtension());
showConnection(cometd, byId("connection"));

cometd.addListener("/meta/handshake", (reply) => {
    if (!reply.successful) {
        return;
    }
    const isSame = reply.clientId === (state.clientId ?? before.clientId);
    if (isSame && state.clientId === undefined) {
        state.messages = before.messages;
        state.last = before.last;
        state.missing = before.missing;
    } else if (!isSame) {
        state.messages = 0;
        state.last = undefined;
        state.missing = 0;
    }
    state.clientId = reply.clientId;
    show("client", reply.clientId);
    show("verdict", isSame ? "The same session as before the load." : "A new session.");
    byId("verdict").dataset.same = isSame;
    showState();
    // After a reload the server has the subscription already; this page has it anew.
    cometd.subscribe("/demo/counter", ({ data }) => received(data.count));
});

function received(number) {
    if (state.last !== undefined && number <= state.last) {
        return;
    }
    state.missing += state.last === undefined ? 0 : number - state.last - 1;
    state.last = number;
    state.messages += 1;
    since += 1;
    showState();
}

function showState() {
    show("messages", state.messages);
    show("since", since);
    show("last", state.last ?? "–");
    show("missing", state.missing);
    byId("missing").className = state.missing > 0 ? "bad" : "good";
    show("loads", state.loads);
}

window.addEventListener("pagehide", () => {
    sessionStorage.setItem(key, JSON.stringify(state));
    if (!isEnding) {
        cometd.reload();
    }
});
byId("reload").addEventListener("click", () => location.reload());
byId("fresh").addEventListener("click", () => {
    isEnding = true;
    cometd.disconnect(() => location.reload());
});

showTransports(byId("transports"));
showState();
connect(cometd);
