import { RequestTransport } from "./RequestTransport.js";

/** Messages in HTTP requests; the server holds a connect until it has something to tell. */
export class LongPollingTransport extends RequestTransport {
    _crossOriginWorks = true;
    _worked = false;

    accept(version, crossDomain) {
        return (this._crossOriginWorks || !crossDomain) && Boolean(this._fetchFunction || globalThis.XMLHttpRequest);
    }

    get _fetchFunction() {
        return this.getConfiguration().fetch ?? globalThis.fetch;
    }

    reset(init) {
        super.reset(init);
        if (init) {
            this._crossOriginWorks = true;
            this._worked = false;
        }
    }

    transportSend(envelope, request) {
        const xhr = this.xhrSend({
            transport: this,
            request,
            url: envelope.url,
            sync: envelope.sync,
            headers: this.getConfiguration().requestHeaders,
            body: JSON.stringify(envelope.messages),
            onSuccess: (text) => {
                let received;
                try {
                    received = this.convertToMessages(text);
                } catch (exception) {
                    this.transportFailure(envelope, request, { reason: "Not a Bayeux response", exception });
                    return;
                }
                this._worked = true;
                if (received.length === 0) {
                    this.transportFailure(envelope, request, { httpCode: 204, reason: "Empty response" });
                } else {
                    this.transportSuccess(envelope, request, received);
                }
            },
            onError: (reason, exception, httpCode) => {
                if (!this._worked && httpCode === undefined) {
                    // Perhaps the server does not let other pages in; perhaps it is not there.
                    this._crossOriginWorks = false;
                }
                this.transportFailure(envelope, request, { reason, exception, httpCode });
            },
        });
        if (xhr?.abort) {
            // One that was replaced by an application, and does not know of `request`.
            request.abort ??= () => xhr.abort();
        }
    }

    /**
     * Makes one request, with `fetch` or, without it, XMLHttpRequest; cookies go along to other origins, too.
     *
     * An application can replace this to use other means.
     *
     * @param packet `{url, headers, body, sync, request, onSuccess(text), onError(reason, exception, httpCode)}`;
     *     set `packet.request.abort`
     */
    xhrSend(packet) {
        const headers = { ...packet.headers, "Content-Type": "application/json;charset=UTF-8" };
        if (this._fetchFunction) {
            this._fetch(packet, headers);
        } else {
            this._request(packet, headers);
        }
    }

    _fetch(packet, headers) {
        const controller = new AbortController();
        packet.request.abort = () => controller.abort();
        const options = {
            method: "POST",
            headers,
            body: packet.body,
            credentials: "include",
            cache: "no-store",
            signal: controller.signal,
            // The page may be about to go, and the message shall outlive it.
            keepalive: packet.sync === true,
        };
        // Called as a plain function: the browser's own does not take another `this`.
        const fetch = this._fetchFunction;
        fetch(packet.url, options)
            .then(async (response) => {
                if (!response.ok) {
                    // Reads it to the end, so that the connection can be used again.
                    response.text().catch(() => {});
                    packet.onError(response.statusText || "HTTP error", undefined, response.status);
                    return;
                }
                packet.onSuccess(await response.text());
            })
            .catch((exception) => packet.onError("error", exception));
    }

    _request(packet, headers) {
        const xhr = new globalThis.XMLHttpRequest();
        packet.request.conduit = xhr;
        packet.request.abort = () => xhr.abort();
        xhr.open("POST", packet.url, true);
        xhr.withCredentials = true;
        for (const [name, value] of Object.entries(headers)) {
            xhr.setRequestHeader(name, value);
        }
        xhr.onload = () => {
            if (xhr.status >= 200 && xhr.status < 300) {
                packet.onSuccess(xhr.responseText);
            } else {
                packet.onError(xhr.statusText || "HTTP error", undefined, xhr.status);
            }
        };
        xhr.onerror = () => packet.onError("error");
        xhr.onabort = () => packet.onError("abort");
        xhr.send(packet.body);
    }
}
