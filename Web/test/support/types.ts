// Is compiled, not run: what users of the declarations write.
import {
    AckExtension,
    BinaryData,
    BinaryExtension,
    CometD,
    CometDError,
    LongPollingTransport,
    ReloadExtension,
    RequestPacket,
    Status,
    SubscriptionHandle,
    TimeStampExtension,
    TimeSyncExtension,
    Transport,
    Z85,
} from "../../types/cometd";
import { NodeWebSocket, cookieFetch } from "../../types/node";
import { AckExtension as SameAckExtension } from "../../types/AckExtension";

interface Chat {
    user: string;
    chat: string;
}

const cometd = new CometD("name");
cometd.configure("http://host/cometd");
cometd.configure({ url: "/cometd", logLevel: "debug", WebSocket: NodeWebSocket, fetch: cookieFetch() });
cometd.configure({ url: "/cometd", requestHeaders: { a: "b" } });
cometd.websocketEnabled = false;
cometd.ackEnabled = false;

cometd.registerExtension("ack", new AckExtension());
cometd.registerExtension("ack2", new SameAckExtension());
cometd.registerExtension("binary", new BinaryExtension());
cometd.registerExtension("reload", new ReloadExtension({ name: "mine" }));
cometd.registerExtension("timestamp", new TimeStampExtension());
cometd.registerExtension("timesync", new TimeSyncExtension({ maxSamples: 5 }));
cometd.registerExtension("own", {
    outgoing(message) {
        message.ext = { ...message.ext, mine: true };
    },
    incoming: (message) => (message.channel === "/secret" ? null : message),
});
const offset: number | undefined = cometd.getExtension("timesync")?.getTimeOffset();
const samples: number[] = new TimeSyncExtension().getTimeOffsetSamples();
window.addEventListener("beforeunload", (event) => cometd.reload?.(event));
cometd.reload?.({ name: "mine" });

let handle: SubscriptionHandle | undefined;
cometd.addListener("/meta/handshake", (reply) => {
    if (reply.successful) {
        cometd.batch(() => {
            handle = cometd.subscribe<Chat>("/chat", ({ data }) => console.log(data.user.length, data.chat));
            handle = cometd.resubscribe(handle);
            cometd.subscribe("/a", (message) => message.data, (subscribed) => subscribed.subscription.length);
            cometd.subscribe("/a", (message) => message.data, { ext: {} }, (subscribed) => subscribed.successful);
            cometd.subscribe("/a", { heard: 0, hear() {} }, "hear", (subscribed) => subscribed.subscription.length);
            cometd.subscribe("/a", { heard: 0 }, function () {
                this.heard += 1;
            });
            cometd.publish("/chat", { user: "me", chat: "hi" }, (reply) => reply.failure?.reason?.length);
        });
    }
});
cometd.handshake();
cometd.handshake((reply) => reply.clientId);
cometd.handshake({ ext: { token: "t" } }, (reply) => reply.advice?.interval);
cometd.init("http://host/cometd");
cometd.onListenerException = function (exception, subscription, isListener) {
    isListener ? this.removeListener(subscription) : this.unsubscribe(subscription);
};
cometd.onTransportFailure = (message, info, proceed) => proceed({ action: "retry", delay: info.delay * 2 });

cometd.remoteCall<number>("time", {}, 5000, ({ successful, data }) => successful && data.toFixed());
cometd.remoteCall("time", {}, ({ error }) => error?.length);
cometd.publishBinary("/file", new Uint8Array(3), true, { name: "x" }, (reply) => reply.successful);
cometd.publishBinary("/file", new ArrayBuffer(3));
cometd.remoteCallBinary("file", new DataView(new ArrayBuffer(1)), true, {}, (reply) => reply.data);
cometd.addListener<BinaryData<{ name: string }>>("/file", ({ data }) => [data.data.byteLength, data.meta.name.length]);

class Own extends LongPollingTransport {
    xhrSend(packet: RequestPacket) {
        packet.request.abort = () => {};
        packet.onSuccess("[]");
    }
}
cometd.registerTransport("own", new Own(), 0);
const transport: Transport | null = cometd.getTransport();
const status: Status = cometd.getStatus();
const bytes: ArrayBuffer = Z85.decode(Z85.encode([1, 2, 3]));

async function modern() {
    try {
        const { clientId } = await cometd.promises.handshake();
        const subscription = await cometd.promises.subscribe("/a", () => {});
        await cometd.promises.unsubscribe(subscription);
        const { data } = await cometd.promises.remoteCall<{ time: number }>("time", null);
        data.time.toFixed();
        for await (const message of cometd.messages<Chat>("/chat", { signal: new AbortController().signal })) {
            message.data.user.length;
        }
        return clientId;
    } catch (error) {
        return (error as CometDError).reply.error;
    }
}

// @ts-expect-error: a status is one of five
const wrong: Status = "failed";
// @ts-expect-error: a URL is needed
cometd.configure({ logLevel: "info" });
// @ts-expect-error: a remote call has a callback
cometd.remoteCall("time", {});
// @ts-expect-error: bytes are bytes
cometd.publishBinary("/file", "text");

export { bytes, modern, offset, samples, status, transport, wrong };
