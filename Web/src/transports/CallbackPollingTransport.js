import { RequestTransport } from "./RequestTransport.js";

// Scripts call their functions by the name of a global object.
const registry = "cometdCallbacks";
let lastID = 0;
const longestName = "c".repeat(32);

/** Messages in the addresses of script elements (JSONP): for servers that let no other page in by other means. */
export class CallbackPollingTransport extends RequestTransport {
    accept() {
        return Boolean(globalThis.document?.createElement);
    }

    transportSend(envelope, request) {
        const rest = [...envelope.messages];
        const received = [];
        let answered = 0;
        const fail = (failure) => {
            if (answered > 0) {
                // What was answered before is known; only the rest has failed.
                envelope.onSuccess(received, { ...envelope, messages: [] });
                envelope.messages = envelope.messages.slice(answered);
            }
            this.transportFailure(envelope, request, failure);
        };
        request.fail = fail;
        const next = () => {
            const portion = this._portion(envelope.url, rest);
            if (portion.length === 0) {
                const { maxURILength } = this.getConfiguration();
                const reason = `A message does not fit into an address of ${maxURILength} characters (maxURILength)`;
                this.setTimeout(() => fail({ reason }), 0);
                return;
            }
            this._load(envelope.url, portion, request, {
                onSuccess: (answer) => {
                    received.push(...answer);
                    answered = envelope.messages.length - rest.length;
                    if (rest.length > 0) {
                        next();
                    } else {
                        this.transportSuccess(envelope, request, received);
                    }
                },
                onError: fail,
            });
        };
        if (request.metaConnect && isLoading()) {
            // A script delays the page's `load` event for as long as the server holds the connect.
            request.abort = () => globalThis.removeEventListener("load", next);
            globalThis.addEventListener("load", next, { once: true });
        } else {
            next();
        }
    }

    /** Takes as many messages from the front of `rest` as fit into an address. */
    _portion(url, rest) {
        const { maxURILength } = this.getConfiguration();
        let count = 0;
        while (count < rest.length && address(url, rest.slice(0, count + 1), longestName).length <= maxURILength) {
            count += 1;
        }
        return rest.splice(0, count);
    }

    _load(url, messages, request, { onSuccess, onError }) {
        const callbacks = (globalThis[registry] ??= {});
        const name = `c${++lastID}`;
        const script = document.createElement("script");
        const end = () => {
            script.remove();
            // A script that comes too late finds a function that does nothing.
            callbacks[name] = () => delete callbacks[name];
        };
        callbacks[name] = (response) => {
            end();
            delete callbacks[name];
            let received;
            try {
                received = this.convertToMessages(response);
            } catch (exception) {
                onError({ reason: "Not a Bayeux response", exception });
                return;
            }
            if (received.length === 0) {
                onError({ httpCode: 204, reason: "Empty response" });
            } else {
                onSuccess(received);
            }
        };
        request.abort = end;
        script.onerror = () => {
            end();
            delete callbacks[name];
            onError({ reason: "error" });
        };
        script.async = true;
        script.src = address(url, messages, `${registry}.${name}`);
        (document.head ?? document.documentElement).appendChild(script);
    }
}

function isLoading() {
    return ["loading", "interactive"].includes(document.readyState);
}

function address(url, messages, callback) {
    const text = encodeURIComponent(JSON.stringify(messages));
    return `${url}${url.includes("?") ? "&" : "?"}jsonp=${callback}&message=${text}`;
}
