import Bayeux
import CometDServer
import NIOCore

/// How a text becomes a payload.
enum PayloadSyntax: Hashable {
    /// The text is JSON, and is sent as it is.
    case json
    /// The text is sent as a JSON string.
    case text

    /// Makes a payload.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - source: Where it comes from, for the failure, such as `line 3`.
    /// - Returns: The payload.
    /// - Throws: ``CommandFailure`` for a text that should be JSON and is not.
    func payload(_ text: String, from source: String) throws(CommandFailure) -> JSONBytes {
        switch self {
        case .text:
            return JSONBytes(.string(text))
        case .json:
            do throws(JSONError) {
                return try JSONBytes(text)
            } catch {
                let hint = "use --text to send it as a string"
                throw CommandFailure(
                    .usage,
                    "\(source) is not valid JSON (\(error.description)): \(text.shownOnOneLine); \(hint)"
                )
            }
        }
    }
}
