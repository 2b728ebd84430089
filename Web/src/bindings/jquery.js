/**
 * Adds `$.cometd`, a client, and `$.CometD`, which makes others.
 *
 * Their long-polling goes through `$.ajax`, so that `$.ajaxSetup`, prefilters and `$.ajaxTransport` work on it; global
 * Ajax events do not fire, since one request is always open.
 *
 * @param $ jQuery; the slim one has no `$.ajax`, and the library makes the requests itself
 * @param namespace the library, such as `org.cometd`
 * @returns `$.cometd`
 */
export function bindJQuery($, namespace) {
    class AjaxLongPollingTransport extends namespace.LongPollingTransport {
        xhrSend(packet) {
            const xhr = $.ajax({
                url: packet.url,
                type: "POST",
                contentType: "application/json;charset=UTF-8",
                data: packet.body,
                dataType: "text",
                headers: packet.headers,
                cache: true, // A POST is not cached; this keeps "_=1" away from the URL.
                global: false,
                processData: false,
                xhrFields: { withCredentials: true },
                success: (text) => packet.onSuccess(text),
                error: (failed, status, thrown) => {
                    const code = failed.status || undefined;
                    packet.onError((typeof thrown === "string" && thrown) || status, undefined, code);
                },
            });
            packet.request.abort = () => xhr.abort();
            return xhr;
        }
    }

    $.CometD = function CometD(name) {
        const cometd = new namespace.CometD(name);
        const place = cometd.getTransportTypes().indexOf("long-polling");
        if ($.ajax && place >= 0) {
            cometd.unregisterTransport("long-polling");
            cometd.registerTransport("long-polling", new AjaxLongPollingTransport(), place);
        }
        return cometd;
    };
    $.cometd = new $.CometD();
    return $.cometd;
}
