import { CometD, RequestTransport } from "../../src/core.js";

/** A transport whose server is the test: it sees each envelope, and answers or fails it. */
export class ScriptedTransport extends RequestTransport {
    sent = [];
    acceptable = true;
    aborted = 0;

    accept() {
        return this.acceptable;
    }

    transportSend(envelope, request) {
        request.abort = () => (this.aborted += 1);
        this.sent.push({ envelope, request, messages: envelope.messages, url: envelope.url });
    }

    /** The next envelope that was sent. */
    take() {
        return this.sent.shift();
    }

    answer({ envelope, request }, ...messages) {
        this.transportSuccess(envelope, request, messages);
    }

    fail({ envelope, request }, failure = { reason: "broken" }) {
        this.transportFailure(envelope, request, failure);
    }
}

/** Lets what was put off to the next turn of the microtasks happen. */
export async function settle() {
    for (let turn = 0; turn < 8; turn += 1) {
        await Promise.resolve();
    }
}

/** A client whose server is the test. */
export class Peer {
    constructor(options = {}) {
        this.cometd = new CometD("test");
        this.cometd.unregisterTransports();
        this.transport = new ScriptedTransport();
        this.cometd.registerTransport("scripted", this.transport);
        this.cometd.configure({ url: "http://example.test/cometd", logLevel: "error", ...options });
        this.events = [];
        for (const channel of ["handshake", "connect", "disconnect", "subscribe", "unsubscribe", "publish"]) {
            this.cometd.addListener(`/meta/${channel}`, (message) => this.events.push([channel, message.successful]));
        }
    }

    handshakeReply({ messages: [{ id }] }, extra = {}) {
        return {
            channel: "/meta/handshake",
            id,
            successful: true,
            clientId: "client",
            version: "1.0",
            supportedConnectionTypes: ["scripted"],
            advice: { reconnect: "retry", interval: 0, timeout: 30000 },
            ...extra,
        };
    }

    /** Brings the client to a held connect. */
    async connect() {
        if (this.cometd.getStatus() === "disconnected") {
            this.cometd.handshake();
        }
        await this.answerHandshake();
        await this.answerConnect();
        return this;
    }

    async answerHandshake(extra) {
        await settle();
        const sent = this.transport.take();
        this.transport.answer(sent, this.handshakeReply(sent, extra));
        await settle();
    }

    async answerConnect(extra) {
        const sent = this.takeConnect();
        this.transport.answer(sent, { channel: "/meta/connect", id: sent.messages[0].id, successful: true, ...extra });
        await settle();
    }

    takeConnect() {
        const index = this.transport.sent.findIndex(({ messages }) => messages[0].channel === "/meta/connect");
        if (index < 0) {
            throw new Error("no connect was sent");
        }
        return this.transport.sent.splice(index, 1)[0];
    }

    /** The next envelope that is no connect. */
    takeOther() {
        const index = this.transport.sent.findIndex(({ messages }) => messages[0].channel !== "/meta/connect");
        return index < 0 ? undefined : this.transport.sent.splice(index, 1)[0];
    }

    /** Answers each message of the next envelope that is no connect. */
    async answerOther(extra = {}) {
        const sent = this.takeOther();
        const replies = sent.messages.map(({ channel, id, subscription }) => ({
            channel,
            id,
            ...(subscription === undefined ? {} : { subscription }),
            successful: true,
            ...extra,
        }));
        this.transport.answer(sent, ...replies);
        await settle();
        return sent;
    }
}
