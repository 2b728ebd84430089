/* The chat page with Dojo: the page part. What is said on the wire is in room.js. */
require([
    "dojo/dom",
    "dojo/dom-construct",
    "dojo/dom-class",
    "dojo/query",
    "dojo/on",
    "dojo/_base/array",
    "dojox/cometd",
    "dojox/cometd/ack",
    "dojo/domReady!",
], function (dom, construct, classes, query, on, array, cometd) {
    var words = cometdDemo.words;
    var limit = 200;
    var me = null;
    var room = new cometdDemo.ChatRoom(cometd, {
        joined: function (name, roomName) {
            me = name;
            show("room-name", roomName);
            show("chat-error", "");
            dom.byId("join-panel").hidden = true;
            dom.byId("chat").hidden = false;
            dom.byId("text").focus();
        },
        left: function () {
            me = null;
            construct.empty("messages");
            construct.empty("members");
            dom.byId("nothing").hidden = false;
            dom.byId("chat").hidden = true;
            dom.byId("join-panel").hidden = false;
            dom.byId("join-button").disabled = false;
            dom.byId("name").focus();
        },
        members: showMembers,
        message: addMessage,
        failed: function (text) {
            show(me ? "chat-error" : "join-error", text);
        },
    });

    function show(id, text) {
        dom.byId(id).textContent = text;
    }

    function peers() {
        return array.map(query("input:checked", "members"), function (box) {
            return box.value;
        });
    }

    function showMembers(names) {
        var chosen = peers();
        var list = dom.byId("members");
        construct.empty(list);
        show("members-count", names.length);
        array.forEach(names, function (name) {
            var item = construct.create("li", {}, list);
            if (name === me) {
                construct.create("span", { "class": "self", textContent: name + " (" + words.self + ")" }, item);
                return;
            }
            var label = construct.create("label", {}, item);
            var box = construct.create("input", { type: "checkbox", checked: array.indexOf(chosen, name) >= 0 }, label);
            box.value = name;
            construct.create("span", { textContent: name }, label);
        });
        showAudience();
    }

    function showAudience() {
        var names = peers();
        show("audience", names.length > 0 ? words.only(names) : words.everyone);
        dom.byId("audience").setAttribute("data-private", String(names.length > 0));
    }

    function addMessage(data) {
        var now = new Date();
        var time = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
        var log = dom.byId("log");
        var list = dom.byId("messages");
        var isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
        var item = construct.create("li", { "class": "message" });
        if (data.membership) {
            var text = data.user === undefined ? String(data.chat) : data.user + " " + data.chat;
            classes.add(item, "membership");
            item.textContent = text + " · " + time;
        } else {
            var from = construct.create("p", { "class": "from" }, item);
            construct.create("span", { "class": "user", textContent: String(data.user) }, from);
            construct.create("time", { datetime: now.toISOString(), textContent: time }, from);
            if (data.scope === "private") {
                construct.create("span", { "class": "scope", textContent: words.privately }, from);
            }
            construct.create("p", { "class": "text", textContent: String(data.chat) }, item);
            classes.toggle(item, "own", data.user === me);
            classes.toggle(item, "private", data.scope === "private");
        }
        dom.byId("nothing").hidden = true;
        construct.place(item, list);
        while (list.children.length > limit) {
            construct.destroy(list.firstElementChild);
        }
        if (isAtEnd) {
            log.scrollTop = log.scrollHeight;
        }
    }

    on(dom.byId("join"), "submit", function (event) {
        event.preventDefault();
        var name = dom.byId("name").value.trim();
        if (name) {
            show("join-error", "");
            dom.byId("join-button").disabled = true;
            room.join(name, dom.byId("room").value, dom.byId("transport").value);
        }
    });

    on(dom.byId("say"), "submit", function (event) {
        event.preventDefault();
        var input = dom.byId("text");
        var text = input.value.trim();
        if (text) {
            show("chat-error", "");
            room.say(text, peers(), function (isSaid) {
                if (isSaid && input.value.trim() === text) {
                    input.value = "";
                }
            });
        }
    });

    on(dom.byId("members"), "change", showAudience);
    on(dom.byId("leave"), "click", room.leave);
    on(window, "pagehide", function () {
        if (me) {
            room.leave();
        }
    });

    var transport = new URLSearchParams(location.search).get("transport");
    dom.byId("transport").value = transport && transport !== "websocket" ? "long-polling" : "websocket";
    import("/demos/shared/connection.js").then(function (module) {
        module.showConnection(cometd, dom.byId("connection"));
    });
});
