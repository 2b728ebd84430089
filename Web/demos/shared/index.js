import { CometD } from "/js/esm/cometd.js";
import { showConnection } from "./connection.js";
import { byId, reasonOf, show } from "./page.js";
import { connect, serverURL, showTransports } from "./transport.js";

const cometd = new CometD();
const url = serverURL();
let messages = 0;

async function measure() {
    const began = performance.now();
    try {
        await cometd.promises.remoteCall("rpc/echo", { from: "index" }, 5000);
        show("trip", `${(performance.now() - began).toFixed(1)} ms`);
    } catch (error) {
        show("trip", reasonOf(error.reply));
    }
}

cometd.addListener("/meta/handshake", (reply) => {
    if (reply.successful) {
        const timeout = reply.advice?.timeout ?? cometd.getAdvice().timeout;
        show("version", reply.version ?? "–");
        show("offered", reply.supportedConnectionTypes.join(", "));
        show("timeout", timeout === undefined ? "–" : `${timeout / 1000} s`);
        show("client", `${reply.clientId.slice(0, 8)}…`);
        measure();
    }
});
cometd.registerExtension("counter", {
    incoming(message) {
        show("count", ++messages);
        return message;
    },
});
showConnection(cometd, byId("connection"), (state) => {
    byId("measure").disabled = state !== "connected";
    show("transport", state === "connected" ? cometd.getTransport().getType() : "–");
});
byId("measure").addEventListener("click", measure);
showTransports(byId("transports"));

show("address", url);
show("command", `cometd call ${url} rpc/echo '{"hello": "world"}'
cometd subscribe ${url} '/stock/*'`);
show("curl", `url='${url}'
send() { curl -s -b jar -c jar -H 'Content-Type: application/json' "$url" -d "$1"; echo; }

hello=$(send '[{"channel": "/meta/handshake", "version": "1.0",
  "supportedConnectionTypes": ["long-polling"]}]')
id=$(echo "$hello" | sed 's/.*"clientId":"\\([^"]*\\)".*/\\1/')
send '[{"channel": "/service/echo", "clientId": "'$id'", "data": "Hello from curl"}]'
send '[{"channel": "/meta/connect", "clientId": "'$id'", "connectionType": "long-polling"}]'`);

connect(cometd);
