import Foundation

extension ServerAddress {
    /// Where a redirect leads.
    ///
    /// - Parameters:
    ///   - address: Where the request went.
    ///   - location: The header `Location`, absolute or relative.
    init?(redirecting address: ServerAddress, to location: String) {
        guard let base = URL(string: address.url()), let url = URL(string: location, relativeTo: base),
            let target = try? ServerAddress(url.absoluteString)
        else { return nil }
        self = target
    }
}
