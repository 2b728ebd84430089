/// Which texts the error replies carry.
///
/// The codes are the same in both; clients act on the code and the advice, tests of applications often on the text.
public enum ErrorDialect: String, CaseIterable, Hashable, Sendable {
    /// The texts of CometD 3.1, such as `402::Unknown client`. The default.
    case cometd3
    /// The texts of CometD 4.0.4 to 8, such as `402::session_unknown`.
    case cometd5
}
