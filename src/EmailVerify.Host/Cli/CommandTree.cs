using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Batches;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Cli.Help;

namespace EmailVerify.Host.Cli;

/// <summary>The commands of the executable, their options and their help. Without a command it serves.</summary>
internal sealed class CommandTree
{
    private const int MaxNameLength = 100;

    private readonly CommandHandlers handlers;
    private readonly ImmutableArray<KeyValuePair<string, string?>> settings;
    private readonly int wordsAfterDashes;

    private readonly Option<string?> data = new("--data")
    {
        Description = "The data folder. Default: the user's own; with --sandbox a temporary one.",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<bool> sandbox = new("--sandbox")
    {
        Description = "Start the built-in mail internet beside it and send everything there.",
        Recursive = true,
    };

    private CommandTree(CommandHandlers handlers, ImmutableArray<KeyValuePair<string, string?>> settings, int wordsAfterDashes) =>
        (this.handlers, this.settings, this.wordsAfterDashes) = (handlers, settings, wordsAfterDashes);

    /// <summary>Runs what the command line says.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="handlers">What the commands do.</param>
    /// <param name="output">Where help goes; null is standard output.</param>
    /// <param name="error">Where complaints go; null is standard error.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <returns>The exit code: that of the command, <see cref="ExitCodes.Refused"/> when the command line is wrong.</returns>
    public static Task<int> RunAsync(
        IReadOnlyList<string> args, CommandHandlers handlers, TextWriter? output = null, TextWriter? error = null, CancellationToken cancellationToken = default)
    {
        var (words, settings) = SettingArguments.TakeFrom(args);
        var configuration = new InvocationConfiguration
        {
            // Signals belong to the host, which drains; a command line's own two seconds would cut it.
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        };
        if (output is not null)
            configuration.Output = output;
        if (error is not null)
            configuration.Error = error;
        var dashes = words.IndexOf("--");
        var line = new CommandTree(handlers, settings, dashes < 0 ? 0 : words.Length - dashes - 1).Root().Parse(words);
        return line.Action is ParseErrorAction ? Complaints.WriteAsync(line, configuration.Error) : line.InvokeAsync(configuration, cancellationToken);
    }

    /// <summary>Makes the tree, for whoever wants to read it.</summary>
    public static RootCommand Make(CommandHandlers handlers) => new CommandTree(handlers, settings: [], wordsAfterDashes: 0).Root();

    private RootCommand Root()
    {
        var urls = new Option<string?>("--urls") { Description = "Where to listen. Default: http://127.0.0.1:5080.", HelpName = "URL" };
        var root = new RootCommand("Says of email addresses whether mail would be delivered, without sending any.") { data, sandbox, urls };
        HelpCommand.ShowIn(root);
        root.SetAction((line, cancellationToken) => handlers.Serve(new ServeArguments(Common(line), line.GetValue(urls)), cancellationToken));
        root.Add(Serve(urls));
        root.Add(Verify());
        root.Add(Sandbox());
        root.Add(Replies());
        root.Add(Simple("addresses", "Say what the text of addresses tells, JSON lines in and out; no network.", (_, cancellationToken) => handlers.Addresses(cancellationToken)));
        root.Add(Rejudge());
        root.Add(Doctor());
        root.Add(Keys());
        root.Add(Simple("migrate", "Bring the schema of the data folder to the newest version.", (line, cancellationToken) => handlers.Migrate(Common(line), cancellationToken)));
        root.Add(CompletionCommand.Make());
        root.Add(HelpCommand.Make(root));
        return root;
    }

    private Command Serve(Option<string?> urls)
    {
        var command = new Command("serve", "Run the service. The same as no command at all.") { urls };
        command.SetAction((line, cancellationToken) => handlers.Serve(new ServeArguments(Common(line), line.GetValue(urls)), cancellationToken));
        return command;
    }

    private Command Verify()
    {
        var addresses = new Argument<string[]>("ADDRESS") { Description = "The addresses; after -- also such that begin with -.", Arity = ArgumentArity.ZeroOrMore };
        addresses.Validators.Add(RefuseMisspeltOptions);
        addresses.Validators.Add(RefuseFiles);
        var file = new Option<string?>("--file") { Description = "A CSV, NDJSON (.ndjson, .jsonl) or JSON (.json) file of addresses; - is standard input.", HelpName = "F" };
        var column = new Option<string?>("--column") { Description = "The column of the file that holds the addresses: its name or its number. Default: found out.", HelpName = "NAME" };
        column.Validators.Add(option =>
        {
            if (option.GetValueOrDefault<string>() is { Length: 0 or > BatchWish.MaxText })
                option.AddError("--column must be from 1 to 256 characters.");
        });
        var output = new Option<string?>("--output") { Description = "The file that is written, whole or not at all. Default: standard output.", HelpName = "F" };
        var format = Format<VerifyFormat>("table, csv or ndjson. Default: table for addresses, csv for a file.");
        var server = new Option<Uri?>("--server") { Description = "Ask a running service instead of this process.", HelpName = "URL", CustomParser = OptionValues.ServerOf };
        var key = new Option<string?>("--key") { Description = $"The key for it. Default: what the environment has as {ServerClient.KeyVariable}.", HelpName = "KEY" };
        var command = new Command("verify", "Verify addresses, or a file of them.") { addresses, file, column, output, format, server, key };
        command.Validators.Add(line =>
        {
            var hasAddresses = line.GetResult(addresses) is { Tokens.Count: > 0 };
            var hasFile = line.GetResult(file) is not null;
            if (hasFile && hasAddresses)
                line.AddError("Give addresses or a --file, not both.");
            if (!hasFile && !hasAddresses)
                line.AddError("Give addresses, or a file of them with --file.");
            if (!hasFile && line.GetResult(column) is not null)
                line.AddError("--column names a column of a --file.");
            RefuseServerOptions(line, server, key);
        });
        command.SetAction((line, cancellationToken) => handlers.Verify(
            new VerifyArguments(Common(line), [.. line.GetValue(addresses) ?? []], line.GetValue(format))
            {
                File = line.GetValue(file),
                Column = line.GetValue(column),
                Output = line.GetValue(output),
                Server = line.GetValue(server),
                Key = line.GetValue(key),
            },
            cancellationToken));
        return command;
    }

    private Command Sandbox()
    {
        var port = new Option<int>("--port") { Description = "The port of its hosts. Default: free ones.", HelpName = "N", CustomParser = OptionValues.PortOf };
        var control = new Option<Uri?>("--control") { Description = "Where its counters are served, on loopback.", HelpName = "URL", CustomParser = OptionValues.ControlOf };
        var command = new Command("sandbox", "Run the built-in mail internet alone, for a service beside it.") { port, control };
        command.SetAction((line, cancellationToken) =>
            handlers.Sandbox(new SandboxArguments(Common(line), line.GetValue(port), line.GetValue(control)), cancellationToken));
        return command;
    }

    private Command Replies()
    {
        var explain = new Option<bool>("--explain") { Description = "Add how each was read: whose rules came first, the words, the rule that came second, and the names that were cut out." };
        var command = new Command("replies", "Say what SMTP replies mean, JSON lines in and out; no network.") { explain };
        command.SetAction((line, cancellationToken) => handlers.Replies(line.GetValue(explain), cancellationToken));
        return command;
    }

    private Command Rejudge()
    {
        var apply = new Option<bool>("--apply") { Description = "Change what would change. Without it nothing is." };
        var format = Format<VerifyFormat>("table or csv: how many changes of each kind; ndjson: each. Default: table.");
        var since = new Option<DateTimeOffset?>("--since") { Description = "Only verdicts found since then: 2026-11-01, or a time as in RFC 3339.", HelpName = "DATE", CustomParser = OptionValues.SinceOf };
        var addresses = new Option<bool>("--addresses") { Description = "With --format ndjson: show addresses too." };
        var command = new Command(
            "rejudge", "Judge all verdicts again by today's rules, and say what would change; no network.")
        {
            apply, format, since, addresses,
        };
        command.Validators.Add(line =>
        {
            if (line.GetValue(addresses) && line.GetValue(format) is not VerifyFormat.Ndjson)
                line.AddError("--addresses is for --format ndjson.");
        });
        command.SetAction((line, cancellationToken) => handlers.Rejudge(
            new RejudgeArguments(Common(line), line.GetValue(apply), line.GetValue(format) ?? VerifyFormat.Table, line.GetValue(since), line.GetValue(addresses)), cancellationToken));
        return command;
    }

    private Command Doctor()
    {
        var format = Format<DoctorFormat>("table, or json as the API shows it. Default: table.");
        var server = new Option<Uri?>("--server") { Description = "Have a running service look instead of this process.", HelpName = "URL", CustomParser = OptionValues.ServerOf };
        var key = new Option<string?>("--key") { Description = $"The key for it. Default: what the environment has as {ServerClient.KeyVariable}.", HelpName = "KEY" };
        var command = new Command("doctor", "Say whether this machine can verify, and what to do about what it cannot.") { format, server, key };
        command.Validators.Add(line => RefuseServerOptions(line, server, key));
        command.SetAction((line, cancellationToken) => handlers.Doctor(
            new DoctorArguments(Common(line), line.GetValue(format) is DoctorFormat.Json, line.GetValue(server), line.GetValue(key)), cancellationToken));
        return command;
    }

    private Command Keys()
    {
        var id = new Argument<string>("ID") { Description = "The key's id, as the list shows it." };
        id.Validators.Add(argument =>
        {
            if (!Id.HasForm(argument.GetValueOrDefault<string>(), "key"))
                argument.AddError("An id of a key looks like key_01M86GVNRVEYHRV72HWAW4YR51; emailverify keys list shows them.");
        });
        var revoke = new Command("revoke", "End a key. Running services refuse it within five seconds.") { id };
        revoke.SetAction((line, cancellationToken) => handlers.RevokeKey(Common(line), line.GetRequiredValue(id), cancellationToken));
        return new Command("keys", "Make, list and end keys.")
        {
            CreateKey(),
            Simple("list", "List the keys; what is secret of them is not stored.", (line, cancellationToken) => handlers.ListKeys(Common(line), cancellationToken)),
            revoke,
        };
    }

    private Command CreateKey()
    {
        var name = new Option<string>("--name") { Description = "What the key is for.", HelpName = "NAME", Required = true };
        name.Validators.Add(RefuseUnreadableName);
        var scopes = new Option<ImmutableArray<string>>("--scopes")
        {
            Description = $"What it may do, with commas: {string.Join(", ", Scopes.All)}. Default: verify,read.",
            HelpName = "SCOPES",
            CustomParser = OptionValues.ScopesOf,
            DefaultValueFactory = _ => [Scopes.Verify, Scopes.Read],
        };
        scopes.CompletionSources.Add([.. Scopes.All]);
        var test = new Option<bool>("--test") { Description = "A test key: its questions never leave the process." };
        var expires = new Option<TimeSpan?>("--expires")
        {
            Description = "How long it is valid, such as 12h or 30d. Default: for ever.",
            HelpName = "DURATION",
            CustomParser = OptionValues.LifetimeOf,
        };
        var command = new Command("create", "Make a key and print it, once.") { name, scopes, test, expires };
        command.SetAction((line, cancellationToken) => handlers.CreateKey(
            Common(line),
            new KeyWish(line.GetRequiredValue(name), line.GetValue(scopes), line.GetValue(test), line.GetValue(expires)),
            cancellationToken));
        return command;
    }

    private void RefuseServerOptions(CommandResult line, Option<Uri?> server, Option<string?> key)
    {
        var hasServer = line.GetResult(server) is not null;
        if (!hasServer && line.GetResult(key) is not null)
            line.AddError("--key is the key of a --server.");
        if (hasServer && (line.GetValue(sandbox) || line.GetValue(data) is not null))
            line.AddError("--server asks another process: --sandbox and --data are that one's.");
    }

    // The parser takes an option that it does not know for an argument, and an address may begin with a hyphen (RFC 5321 4.1.2).
    private void RefuseMisspeltOptions(ArgumentResult argument)
    {
        foreach (var word in argument.Tokens.SkipLast(wordsAfterDashes).Select(token => token.Value).Where(word => word.StartsWith('-')))
            argument.AddError($"\"{Terminal.Inert(word)}\" is no option of verify.{Complaints.Suggestion(word, argument.Parent)} Addresses that begin with - come after --.");
    }

    // Without an @ it is no address: who names a file that is there has forgotten the option.
    private static void RefuseFiles(ArgumentResult argument)
    {
        foreach (var word in argument.Tokens.Select(token => token.Value).Where(word => !word.Contains('@', StringComparison.Ordinal) && File.Exists(word)))
            argument.AddError($"\"{Terminal.Inert(word)}\" is a file. Its addresses are verified with: emailverify verify --file {Terminal.Inert(word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word)}");
    }

    private static void RefuseUnreadableName(OptionResult option)
    {
        if (option.GetValueOrDefault<string>() is { } name && (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl)))
            option.AddError("--name must be from 1 to 100 visible characters.");
    }

    private static Option<TFormat?> Format<TFormat>(string description)
        where TFormat : struct, Enum
    {
        var format = new Option<TFormat?>("--format") { Description = description, HelpName = "FORMAT", CustomParser = OptionValues.FormatOf<TFormat> };
        format.CompletionSources.Clear();
        format.CompletionSources.Add([.. Words.All<TFormat>()]);
        return format;
    }

    private static Command Simple(string name, string description, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        command.SetAction(action);
        return command;
    }

    private CommonArguments Common(ParseResult line) => new(line.GetValue(data), line.GetValue(sandbox), settings);
}
