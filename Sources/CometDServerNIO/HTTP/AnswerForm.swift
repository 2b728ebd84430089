import NIOHTTP1

/// What a request asks of the form of its answer, and what becomes of the connection.
struct AnswerForm: Equatable {
    /// Whether the connection is closed after the answer.
    var closes: Bool
    /// Whether the client speaks HTTP/1.0 and must be told when the connection stays open.
    var isHTTP10: Bool
    /// Whether the answer's body is left out.
    var isHead: Bool
    /// What lets a page of another origin read the answer; mostly empty.
    var crossOriginHeaders = HTTPHeaders()
}
