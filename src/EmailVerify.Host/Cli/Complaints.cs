using System.Collections.Frozen;
using System.CommandLine;
using System.CommandLine.Parsing;
using EmailVerify.Host.Cli.Help;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>What is wrong with a command line, a sentence for each thing, and what was probably meant.</summary>
internal static class Complaints
{
    // What other services call it.
    private static readonly FrozenDictionary<string, string> Namesakes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["--port"] = "--urls",
        ["--host"] = "--urls",
        ["--listen"] = "--urls",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Complains.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> WriteAsync(ParseResult line, TextWriter error)
    {
        foreach (var sentence in Of(line).Distinct(StringComparer.Ordinal))
            await error.WriteLineAsync(sentence);
        var path = HelpPage.PathOf(line.CommandResult.Command);
        await error.WriteLineAsync(path.Length == 0 ? "Help: emailverify --help" : $"Help: emailverify {path} --help");
        return ExitCodes.Refused;
    }

    /// <summary>Gets the sentence about a word that is no command.</summary>
    /// <param name="word">The word.</param>
    /// <param name="parent">Whose commands it is none of.</param>
    public static string NoCommand(string word, Command parent)
    {
        var shown = Terminal.Inert(word);
        if (parent is RootCommand && word.Contains('@', StringComparison.Ordinal))
            return $"\"{shown}\" is no command. An address is verified with: emailverify verify {shown}";
        return parent.Subcommands.Count > 0
            ? $"\"{shown}\" is no command.{Nearest(word, parent.Subcommands.Select(one => one.Name))}"
            : $"\"{shown}\" is one word too many.";
    }

    /// <summary>Gets what may have been meant by an option that there is not, as a sentence behind another; empty where nothing is near.</summary>
    public static string Suggestion(string word, SymbolResult? at)
    {
        var names = new List<string>();
        for (var result = at; result is not null; result = result.Parent)
        {
            if (result is CommandResult { Command: var command })
                names.AddRange(command.Options.Where(option => result == at || option.Recursive).Select(option => option.Name));
        }

        var name = word.Split('=')[0];
        return Namesakes.GetValueOrDefault(name) is { } meant && names.Contains(meant, StringComparer.Ordinal) ? $" Did you mean {meant}?" : Nearest(name, names);
    }

    private static IEnumerable<string> Of(ParseResult line)
    {
        // A word that nobody knows makes the parser complain about what stands beside it too.
        var options = line.UnmatchedTokens.Where(word => word.StartsWith('-')).ToList();
        if (options.Count > 0)
            return options.Select(word => $"\"{Terminal.Inert(word)}\" is no option here.{Suggestion(word, line.CommandResult)}");
        if (line.UnmatchedTokens is [var first, ..])
            return [NoCommand(first, line.CommandResult.Command)];
        return line.CommandResult is { Command: { Subcommands.Count: > 0, Action: null } command }
            ? [$"{HelpPage.PathOf(command)} needs a command: {string.Join(", ", command.Subcommands.Select(one => one.Name))}."]
            : line.Errors.Select(error => Terminal.Inert(error.Message));
    }

    private static string Nearest(string word, IEnumerable<string> names) => NearWord.Of(word, names) is { } near ? $" Did you mean {near}?" : string.Empty;
}
