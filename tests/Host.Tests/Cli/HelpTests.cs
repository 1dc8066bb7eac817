using System.CommandLine;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Cli.Help;

namespace EmailVerify.Host.Tests.Cli;

/// <summary>The help of every command, as approved in <c>Cli/Help</c>.</summary>
public sealed class HelpTests
{
    private const int Columns = 100;

    private static readonly CommandHandlers NoHandlers = new()
    {
        Serve = (_, _) => throw new NotSupportedException(),
        Verify = (_, _) => throw new NotSupportedException(),
        Sandbox = (_, _) => throw new NotSupportedException(),
        Replies = (_, _) => throw new NotSupportedException(),
        Addresses = _ => throw new NotSupportedException(),
        Doctor = (_, _) => throw new NotSupportedException(),
        Rejudge = (_, _) => throw new NotSupportedException(),
        Migrate = (_, _) => throw new NotSupportedException(),
        CreateKey = (_, _, _) => throw new NotSupportedException(),
        ListKeys = (_, _) => throw new NotSupportedException(),
        RevokeKey = (_, _, _) => throw new NotSupportedException(),
    };

    private static readonly RootCommand Root = CommandTree.Make(NoHandlers);

    public static TheoryData<string> Paths => [.. All(Root).Select(HelpPage.PathOf)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Help_OfACommand_IsAsApproved(string path) =>
        Approved.Is($"Help/{(path.Length == 0 ? "emailverify" : path.Replace(' ', '-'))}", TextOf(path));

    [Theory]
    [MemberData(nameof(Paths))]
    public void Help_OfACommand_IsWhole(string path)
    {
        var help = CommandHelps.All[path];
        Assert.InRange(help.Examples.Length, 1, 4);
        Assert.All(help.Examples, example => Assert.Contains("emailverify", example.Line, StringComparison.Ordinal));
        Assert.Contains(help.Codes, code => code.Code is ExitCodes.Done);
        Assert.Contains(help.Codes, code => code.Code is ExitCodes.Refused);
        Assert.All(help.Codes, code => Assert.Contains(code.Code, ExitCodes.All.Select(one => one.Code)));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Help_LinesButExamples_FitATerminal(string path) =>
        Assert.All(
            TextOf(path).Split('\n').Where(line => !CommandHelps.All[path].Examples.Any(example => line.EndsWith(example.Line, StringComparison.Ordinal))),
            line => Assert.InRange(line.Length, 0, Columns));

    [Fact]
    public void Help_OfNoCommand_IsNotKept() =>
        Assert.Equal(CommandHelps.All.Keys.Order(StringComparer.Ordinal), All(Root).Select(HelpPage.PathOf).Order(StringComparer.Ordinal), StringComparer.Ordinal);

    private static string TextOf(string path) => new HelpPage(All(Root).Single(command => HelpPage.PathOf(command).Equals(path, StringComparison.Ordinal))).ToString();

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
}
