using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EmailVerify.Host.Cli.Help;

/// <summary><c>help</c> and <c>--help</c>.</summary>
internal static class HelpCommand
{
    /// <summary>Has our help shown for <c>--help</c>, at every command below the root.</summary>
    public static void ShowIn(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>().ToList())
            _ = root.Options.Remove(option);
        foreach (var option in root.Options.OfType<VersionOption>())
            option.Description = "Show the version.";
        root.Add(new HelpOption("--help", "-h") { Description = "Show this help.", Action = new Shown() });
    }

    /// <summary>Makes the command.</summary>
    public static Command Make(RootCommand root)
    {
        var words = new Argument<string[]>("COMMAND") { Description = "The command; none is the whole.", Arity = ArgumentArity.ZeroOrMore };
        words.CompletionSources.Add(_ => root.Subcommands.Select(one => new CompletionItem(one.Name)));
        words.Validators.Add(argument =>
        {
            if (Find(root, argument.Tokens.Select(token => token.Value)) is (var last, { } missing))
                argument.AddError($"{Complaints.NoCommand(missing, last)} Words such as egress or accept_all are explained at /help of a running service.");
        });
        var command = new Command("help", "Show the help of a command.") { words };
        command.SetAction(line => line.InvocationConfiguration.Output.Write(new HelpPage(Find(root, line.GetValue(words) ?? []).Last).ToString()));
        return command;
    }

    // The last command on the way, and the first word that is none.
    private static (Command Last, string? Missing) Find(Command root, IEnumerable<string> words)
    {
        var last = root;
        foreach (var word in words)
        {
            if (last.Subcommands.FirstOrDefault(one => one.Name.Equals(word, StringComparison.Ordinal)) is not { } next)
                return (last, word);
            last = next;
        }

        return (last, null);
    }

    private sealed class Shown : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.Write(new HelpPage(parseResult.CommandResult.Command).ToString());
            return ExitCodes.Done;
        }
    }
}
