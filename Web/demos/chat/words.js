/* What the chat pages say; the same in all flavours. */
cometdDemo.words = {
    everyone: "To everyone in the room.",
    only: function (names) {
        return "Only to " + names.join(", ") + ".";
    },
    privately: "private",
    self: "you",
    rejoining: "The server has forgotten this session; joining again.",
    failure: function (error) {
        if (error === "name_taken") {
            return "Somebody with this name is in the room already. Choose another name.";
        }
        return "That did not work: " + error + ".";
    },
    unreachable: "The server cannot be reached. Try again in a moment.",
};
