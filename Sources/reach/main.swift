import ArgumentParser
import Glibc
import ReachShell

struct ReachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reach", abstract: "A shell for customer data.", version: ReachVersion.current)

    @Argument(help: "Workspace file, or :memory:. Without it $REACH_DB, else the user's own.") var workspace: String?
    @Option(name: .customShort("c"), parsing: .unconditionalSingleValue, help: "Run these statements; repeatable.")
    var statements: [String] = []
    @Option(name: .customShort("f"), parsing: .unconditionalSingleValue, help: "Run this script; repeatable.")
    var script: [String] = []
    @Option(help: "How answers are written.") var format = OutputFormat.table
    @Option(help: "The day that counts as today.") var today: String?
    @Option(name: .customLong("set"), help: "A parameter, name=value; repeatable.") var parameters: [String] = []
    @Flag(help: "Confirm beforehand what cannot be undone.") var yes = false
    @Flag(help: "Never write to the workspace.") var readOnly = false
    @Flag(help: "Go on behind a statement that fails.") var keepGoing = false
    @Option(help: "Colour: at a terminal, always or never.") var color = ShellOptions.ColorChoice.auto
    @Option(name: .customLong("init"), help: "Run this file first in a session at a terminal.") var initFile: String?
    @Flag(help: "Run no init file.") var noInit = false
    @Flag(help: "Say how long each statement took.") var verbose = false
}

extension OutputFormat: ExpressibleByArgument {}
extension ShellOptions.ColorChoice: ExpressibleByArgument {}

do {
    exit(Shell.run(try ReachCommand.parse().options()))
} catch {
    let isHelp = ReachCommand.exitCode(for: error).isSuccess
    Shell.say(ReachCommand.fullMessage(for: error), isError: !isHelp)
    exit(isHelp ? 0 : 2)
}
