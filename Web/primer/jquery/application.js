jQuery(function ($) {
    var cometd = $.cometd;

    function showState(isConnected) {
        $("#state").text(isConnected ? "Connected" : "Not connected, trying again …");
        $("#send").prop("disabled", !isConnected);
    }

    // What the server says; texts of others are shown as texts, never as HTML.
    function showGreeting(message) {
        $("<li>").text(message.data.greeting).prependTo("#greetings");
    }

    // Subscriptions end with their session, so they are made after each handshake.
    cometd.addListener("/meta/handshake", function (reply) {
        if (reply.successful) {
            cometd.subscribe("/hello", showGreeting);
        }
    });
    cometd.addListener("/meta/connect", function (reply) {
        showState(reply.successful);
    });

    $("#hello").on("submit", function (event) {
        event.preventDefault();
        cometd.publish("/service/hello", { name: $("#name").val() }, function (reply) {
            if (!reply.successful) {
                $("#state").text("The server did not take it: " + reply.error);
            }
        });
    });

    cometd.configure({ url: location.origin + "/cometd" });
    cometd.handshake();
});
