/*
 * The Bayeux part of a chat page, in the manner of CometD 3.1: callbacks and listeners. The jQuery, Dojo and Angular
 * pages share it; the plain page has its own, with promises.
 *
 * `cometd` is the connection; `view` shows what happens:
 *   joined(name, room), left(), members(names), message({user, chat, scope, membership}), failed(words)
 */
cometdDemo.ChatRoom = function (cometd, view) {
    var words = cometdDemo.words;
    // What the user wants: {name, room}, or null when out; and whether the server has let us in.
    var wanted = null;
    var isMember = false;
    var attempts = 0;

    // Subscriptions end with their session, so they are made after each handshake; listeners are added once.
    cometd.addListener("/meta/handshake", function (reply) {
        if (!wanted) {
            return;
        }
        if (reply.successful) {
            if (isMember) {
                view.message({ membership: "again", chat: words.rejoining });
            }
            attempts = 0;
            cometd.batch(function () {
                cometd.subscribe("/chat/" + wanted.room, received);
                cometd.subscribe("/members/" + wanted.room, membersChanged);
                enter();
            });
        } else if (!isMember || (reply.advice && reply.advice.reconnect === "none")) {
            // Who is not in yet decides whether to try again; a member waits until the server is back, unless it says no.
            end(reply.error ? words.failure(reply.error) : words.unreachable);
        }
    });
    cometd.addListener("/service/members", function (message) {
        if (!wanted || !message.data || !message.data.error) {
            return;
        }
        if (isMember && message.data.error === "name_taken" && attempts < 15) {
            // The session that had the name before may need some seconds to end.
            attempts += 1;
            cometd.setTimeout(enter, 1000);
        } else {
            end(words.failure(message.data.error));
        }
    });

    function enter() {
        if (wanted) {
            cometd.publish("/service/members", { user: wanted.name, room: "/chat/" + wanted.room }, function (reply) {
                if (!reply.successful && wanted && !isMember) {
                    end(words.failure(reply.error || "no answer"));
                }
            });
        }
    }

    function membersChanged(message) {
        if (!wanted || !Array.isArray(message.data)) {
            return;
        }
        var names = message.data.map(String);
        if (!isMember && names.indexOf(wanted.name) >= 0) {
            isMember = true;
            view.joined(wanted.name, wanted.room);
        }
        view.members(names);
    }

    function received(message) {
        if (wanted && message.data) {
            view.message(message.data);
        }
    }

    function end(problem) {
        wanted = null;
        isMember = false;
        cometd.disconnect();
        view.left();
        if (problem) {
            view.failed(problem);
        }
    }

    this.join = function (name, room, transport) {
        wanted = { name: name.trim(), room: room };
        cometd.websocketEnabled = transport === "websocket";
        cometd.configure({ url: location.origin + cometdDemo.path });
        cometd.handshake();
    };

    this.leave = function () {
        end();
    };

    /* Says something to everyone, or to `peers` alone. `done` is told whether it worked. */
    this.say = function (text, peers, done) {
        if (!wanted) {
            return;
        }
        var room = "/chat/" + wanted.room;
        var isPrivate = peers.length > 0;
        var data = isPrivate
            ? { room: room, user: wanted.name, peer: peers.join(","), chat: text }
            : { user: wanted.name, chat: text };
        cometd.publish(isPrivate ? "/service/privatechat" : room, data, function (reply) {
            if (!reply.successful) {
                view.failed(words.failure(reply.error || "no answer"));
            }
            done(reply.successful);
        });
    };
};
