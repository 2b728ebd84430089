/// Who may chat, and the token that proves it.
///
/// In memory, for the example: an application asks its database, or checks the signature of a token.
struct UserList: Sendable {
    private let tokens: [String: String]

    init(tokens: [String: String]) {
        self.tokens = tokens
    }

    /// Whether a token is that of a user.
    ///
    /// A wrong token takes as long as a right one, and so does an unknown user: time gives nothing away.
    func isValid(_ token: String, of user: String) -> Bool {
        let expected = self.tokens[user]
        return Self.areEqual(token, expected ?? "no user has this token") && expected != nil
    }

    /// Compares all bytes, however early they differ; only the length of the token can be told from the time.
    private static func areEqual(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
