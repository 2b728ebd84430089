import ArgumentParser

/// How the page of a new project is written.
enum PrimerFlavour: String, CaseIterable, ExpressibleByArgument {
    /// In plain JavaScript, with the library as a module.
    case plain
    /// With jQuery and the binding `$.cometd`.
    case jquery

    /// The parts of the library that the page loads.
    var library: [String] {
        switch self {
        case .plain: ["esm/cometd.js"]
        case .jquery: ["cometd/cometd.js", "jquery/jquery.cometd.js"]
        }
    }
}
