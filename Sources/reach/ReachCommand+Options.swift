import ArgumentParser
import ReachShell

extension ReachCommand {
    /// What the shell takes from the command line. Throws what is a mistake in how `reach` was called.
    func options() throws -> ShellOptions {
        guard statements.isEmpty || script.isEmpty else { throw ValidationError("-c and -f cannot be combined") }
        guard initFile == nil || !noInit else { throw ValidationError("--init and --no-init cannot be combined") }
        // An empty variable of a script, not a wish for the default workspace.
        guard workspace != "" else { throw ValidationError("the name of the workspace is empty") }
        var options = ShellOptions()
        options.workspace = workspace
        if !statements.isEmpty { options.input = .texts(statements) }
        if !script.isEmpty { options.input = .scripts(script) }
        options.format = format
        options.today = today
        options.parameters = try parameters.map(Self.parameter)
        options.confirmsAll = yes
        options.isReadOnly = readOnly
        options.keepsGoing = keepGoing
        options.color = color
        options.initFile = noInit ? .none : initFile.map { .path($0) } ?? .standard
        options.isVerbose = verbose
        return options
    }

    /// `days=60d`, with or without the `$`.
    private static func parameter(_ text: String) throws -> (name: String, value: String) {
        guard let equals = text.firstIndex(of: "=") else {
            throw ValidationError("--set takes name=value, and `\(text)` has no `=`")
        }
        var name = text[..<equals].trimmingPrefix("$")
        while name.last == " " { name.removeLast() }
        guard !name.isEmpty else { throw ValidationError("--set takes name=value, and `\(text)` has no name") }
        guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }), name.first?.isNumber == false else {
            throw ValidationError("--set takes name=value, and `\(name)` cannot be a name")
        }
        return (String(name), String(text[text.index(after: equals)...]))
    }
}
