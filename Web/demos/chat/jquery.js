/* The chat page with jQuery: the page part. What is said on the wire is in room.js. */
(function ($) {
    var words = cometdDemo.words;
    var limit = 200;
    var me = null;
    var room = new cometdDemo.ChatRoom($.cometd, {
        joined: function (name, roomName) {
            me = name;
            $("#room-name").text(roomName);
            $("#chat-error").text("");
            $("#join-panel").prop("hidden", true);
            $("#chat").prop("hidden", false);
            $("#text").trigger("focus");
        },
        left: function () {
            me = null;
            $("#messages, #members").empty();
            $("#nothing").prop("hidden", false);
            $("#chat").prop("hidden", true);
            $("#join-panel").prop("hidden", false);
            $("#join-button").prop("disabled", false);
            $("#name").trigger("focus");
        },
        members: showMembers,
        message: addMessage,
        failed: function (text) {
            $(me ? "#chat-error" : "#join-error").text(text);
        },
    });

    function peers() {
        return $("#members input:checked").map(function () {
            return this.value;
        }).get();
    }

    function showMembers(names) {
        var chosen = peers();
        $("#members-count").text(names.length);
        $("#members").empty().append($.map(names, function (name) {
            if (name === me) {
                return $("<li>").append($("<span>").addClass("self").text(name + " (" + words.self + ")"));
            }
            var box = $("<input>").attr("type", "checkbox").val(name).prop("checked", chosen.indexOf(name) >= 0);
            return $("<li>").append($("<label>").append(box, $("<span>").text(name)));
        }));
        showAudience();
    }

    function showAudience() {
        var names = peers();
        $("#audience")
            .text(names.length > 0 ? words.only(names) : words.everyone)
            .attr("data-private", String(names.length > 0));
    }

    function addMessage(data) {
        var now = new Date();
        var time = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
        var log = $("#log")[0];
        var isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
        var item = $("<li>").addClass("message");
        if (data.membership) {
            var text = data.user === undefined ? String(data.chat) : data.user + " " + data.chat;
            item.addClass("membership").text(text + " · " + time);
        } else {
            var from = $("<p>").addClass("from").append(
                $("<span>").addClass("user").text(String(data.user)),
                $("<time>").attr("datetime", now.toISOString()).text(time)
            );
            if (data.scope === "private") {
                from.append($("<span>").addClass("scope").text(words.privately));
            }
            item.toggleClass("own", data.user === me)
                .toggleClass("private", data.scope === "private")
                .append(from, $("<p>").addClass("text").text(String(data.chat)));
        }
        $("#nothing").prop("hidden", true);
        var list = $("#messages").append(item);
        list.children().slice(0, -limit).remove();
        if (isAtEnd) {
            log.scrollTop = log.scrollHeight;
        }
    }

    $("#join").on("submit", function (event) {
        event.preventDefault();
        var name = $("#name").val().trim();
        if (name) {
            $("#join-error").text("");
            $("#join-button").prop("disabled", true);
            room.join(name, $("#room").val(), $("#transport").val());
        }
    });

    $("#say").on("submit", function (event) {
        event.preventDefault();
        var text = $("#text").val().trim();
        if (text) {
            $("#chat-error").text("");
            room.say(text, peers(), function (isSaid) {
                if (isSaid && $("#text").val().trim() === text) {
                    $("#text").val("");
                }
            });
        }
    });

    $("#members").on("change", showAudience);
    $("#leave").on("click", room.leave);
    $(window).on("pagehide", function () {
        if (me) {
            room.leave();
        }
    });

    var transport = new URLSearchParams(location.search).get("transport");
    $("#transport").val(transport && transport !== "websocket" ? "long-polling" : "websocket");
    import("/demos/shared/connection.js").then(function (module) {
        module.showConnection($.cometd, $("#connection")[0]);
    });
})(jQuery);
