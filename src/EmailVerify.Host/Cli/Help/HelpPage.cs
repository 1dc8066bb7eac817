using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;

namespace EmailVerify.Host.Cli.Help;

/// <summary>The help of a command as a person reads it on a terminal, of 100 columns whatever the terminal has.</summary>
/// <param name="command">The command.</param>
internal sealed class HelpPage(Command command)
{
    private const int Columns = 100;
    private const string Indent = "  ";
    private const string Executable = "emailverify";

    private readonly StringBuilder text = new();

    /// <summary>Gets the words that call a command behind the executable's name.</summary>
    public static string PathOf(Command command) =>
        command is RootCommand ? string.Empty : string.Join(' ', command.Parents.OfType<Command>().Take(1).Select(PathOf).Append(command.Name).Where(name => name.Length > 0));

    /// <summary>Renders it.</summary>
    public override string ToString()
    {
        _ = text.Clear();
        var help = CommandHelps.All.GetValueOrDefault(PathOf(command));
        Wrap(command.Description!, string.Empty);
        if (help?.More is { } more)
            Wrap(more, string.Empty);

        Section("Usage", help is { Usages.IsEmpty: false } ? help.Usages : [UsageOf(command)]);
        if (help is not null)
        {
            _ = text.Append('\n');
            Row("Reads:", 8, help.Reads, string.Empty);
            Row("Writes:", 8, help.Writes, string.Empty);
        }

        Table("Commands", command.Subcommands.Where(one => !one.Hidden).Select(one => (one.Name, one.Description!)));
        Table("Arguments", command.Arguments.Select(one => (LabelOf(one), one.Description!)));
        Table("Options", command.Options.Where(one => !one.Recursive).Select(one => (LabelOf(one), one.Description!)));
        Table("Options of every command", SharedOptions(hasSettings: help is null or { HasSettings: true }));
        if (help is not null)
        {
            Section("Examples", help.Examples.SelectMany(example => new[] { $"{example.Purpose}:", Indent + example.Line }));
            Table("Exit codes", help.Codes.Select(code => (code.Code.ToString(CultureInfo.InvariantCulture), code.Meaning)));
        }

        if (command.Subcommands.Count > 0)
            _ = text.Append(CultureInfo.InvariantCulture, $"\nMore about one: {string.Join(' ', new[] { Executable, "help", PathOf(command), "COMMAND" }.Where(word => word.Length > 0))}\n");
        return text.ToString();
    }

    private static string UsageOf(Command command)
    {
        var words = new List<string> { Executable, PathOf(command) };
        if (command.Subcommands.Count > 0)
            words.Add("COMMAND");
        words.AddRange(command.Arguments.Select(one => one.Arity.MinimumNumberOfValues == 0 ? $"[{LabelOf(one)}]" : LabelOf(one)));
        words.AddRange(command.Options.Where(one => one.Required).Select(LabelOf));
        words.Add("[options]");
        return string.Join(' ', words);
    }

    private static string LabelOf(Argument argument) => argument.Arity.MaximumNumberOfValues > 1 ? argument.Name + "…" : argument.Name;

    private static string LabelOf(Option option) =>
        string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Prepend(option.Name)) + (option.HelpName is { } name ? " " + name : string.Empty);

    private IEnumerable<(string Label, string Meaning)> SharedOptions(bool hasSettings)
    {
        var root = command;
        while (root.Parents.OfType<Command>().FirstOrDefault() is { } parent)
            root = parent;
        foreach (var option in root.Options.Where(one => one.Recursive && (hasSettings || one is HelpOption)))
            yield return (LabelOf(option), option.Description!);
        if (hasSettings)
            yield return ("--EmailVerify:KEY=VALUE", "A setting for this run, such as --EmailVerify:Smtp:Port=2525.");
    }

    private void Section(string title, IEnumerable<string> lines)
    {
        _ = text.Append(CultureInfo.InvariantCulture, $"\n{title}:\n");
        foreach (var line in lines)
            _ = text.Append(Indent).Append(line).Append('\n');
    }

    private void Table(string title, IEnumerable<(string Label, string Meaning)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        _ = text.Append(CultureInfo.InvariantCulture, $"\n{title}:\n");
        var width = all.Max(row => row.Label.Length) + Indent.Length;
        foreach (var (label, meaning) in all)
            Row(label, width, meaning, Indent);
    }

    private void Row(string label, int width, string meaning, string indent) => Wrap(indent + label.PadRight(width) + meaning, new string(' ', indent.Length + width));

    // Broken between words; the lines behind the first begin with the indent.
    private void Wrap(string line, string indent)
    {
        while (line.Length > Columns && line.LastIndexOf(' ', Columns) is var at && at > indent.Length)
        {
            _ = text.Append(line, 0, at).Append('\n');
            line = indent + line[(at + 1)..];
        }

        _ = text.Append(line).Append('\n');
    }
}
