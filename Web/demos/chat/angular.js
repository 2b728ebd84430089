/* The chat page with Angular 1: the page part. What is said on the wire is in room.js. */
angular
    .module("chat", ["cometd", "cometd-ack"])
    // Keeps an element scrolled to its end while its content grows, unless the reader has scrolled up.
    .directive("keepEnd", [
        "$timeout",
        function ($timeout) {
            return function (scope, element, attributes) {
                var log = element[0];
                var isAtEnd = true;
                element.on("scroll", function () {
                    isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
                });
                scope.$watch(attributes.keepEnd, function () {
                    if (isAtEnd) {
                        $timeout(function () {
                            log.scrollTop = log.scrollHeight;
                        }, 0, false);
                    }
                });
            };
        },
    ])
    .controller("ChatController", [
        "$timeout",
        "cometd",
        function ($timeout, cometd) {
            var chat = this;
            var limit = 200;
            var words = cometdDemo.words;
            var transport = new URLSearchParams(location.search).get("transport");

            chat.words = words;
            chat.name = "";
            chat.roomName = "demo";
            chat.transport = transport && transport !== "websocket" ? "long-polling" : "websocket";
            chat.count = 0;
            reset();

            function reset() {
                chat.me = null;
                chat.isJoining = false;
                chat.members = [];
                chat.messages = [];
                chat.chosen = {};
                chat.error = "";
                chat.text = "";
            }

            function focus(id) {
                $timeout(function () {
                    document.getElementById(id).focus();
                }, 0, false);
            }

            // The service runs all callbacks in a digest, so to set a field is enough.
            var room = new cometdDemo.ChatRoom(cometd, {
                joined: function (name) {
                    chat.me = name;
                    chat.isJoining = false;
                    focus("text");
                },
                left: function () {
                    reset();
                    focus("name");
                },
                members: function (names) {
                    chat.members = names;
                },
                message: addMessage,
                failed: function (text) {
                    if (chat.me) {
                        chat.error = text;
                    } else {
                        chat.joinError = text;
                    }
                },
            });

            function addMessage(data) {
                var now = new Date();
                var time = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
                var message = { number: ++chat.count };
                if (data.membership) {
                    message.line = (data.user === undefined ? "" : data.user + " ") + data.chat + " · " + time;
                    message.classes = "membership";
                } else {
                    message.user = String(data.user);
                    message.text = String(data.chat);
                    message.time = time;
                    message.datetime = now.toISOString();
                    message.isPrivate = data.scope === "private";
                    message.classes = { own: data.user === chat.me, private: message.isPrivate };
                }
                chat.messages.push(message);
                chat.messages.splice(0, chat.messages.length - limit);
            }

            chat.join = function () {
                if (chat.name.trim()) {
                    chat.joinError = "";
                    chat.isJoining = true;
                    room.join(chat.name, chat.roomName, chat.transport);
                }
            };

            chat.peers = function () {
                return chat.members.filter(function (name) {
                    return chat.chosen["=" + name];
                });
            };

            chat.audience = function () {
                var names = chat.peers();
                return names.length > 0 ? words.only(names) : words.everyone;
            };

            chat.say = function () {
                var text = (chat.text || "").trim();
                if (text) {
                    chat.error = "";
                    room.say(text, chat.peers(), function (isSaid) {
                        if (isSaid && chat.text.trim() === text) {
                            chat.text = "";
                        }
                    });
                }
            };

            chat.leave = room.leave;
            window.addEventListener("pagehide", function () {
                if (chat.me) {
                    room.leave();
                }
            });
            import("/demos/shared/connection.js").then(function (module) {
                module.showConnection(cometd, document.getElementById("connection"));
            });
        },
    ]);
