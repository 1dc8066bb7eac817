using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>The commands that open the data folder, or the database of a cluster, do something and close it: <c>rejudge</c>, <c>migrate</c> and <c>keys</c>.</summary>
internal static class StoreCommands
{
    /// <summary>Brings the schema to the newest version, which opening does.</summary>
    public static async Task<int> MigrateAsync(CommonArguments arguments)
    {
        await using var data = OpenedData.Open(Read(arguments));
        await Terminal.Error.WriteLineAsync($"{data.Folder ?? data.Place} has the newest schema.");
        return ExitCodes.Done;
    }

    /// <summary>Judges all verdicts again, alone with the data.</summary>
    public static async Task<int> RejudgeAsync(RejudgeArguments arguments, CancellationToken cancellationToken)
    {
        var options = Read(arguments.Common);
        await using var data = OpenedData.Open(options);
        if (arguments.Apply && data.WhyNotAlone() is { } why)
            throw new CommandRefusedException(ExitCodes.FolderInUse, $"Verdicts are judged anew by who is alone with them: {why}");
        await using var output = Terminal.OpenOutput();
        var rejudge = new Rejudge(ReplyRules.Default, options.Providers, options.Fresh);
        return await new RejudgeRun(data.Rejudging, rejudge, TimeProvider.System, output, Terminal.Error).RunAsync(arguments, cancellationToken);
    }

    /// <summary>Does something with the keys, also while a service works in the folder.</summary>
    public static async Task<int> WithKeysAsync(CommonArguments arguments, Func<KeyCommands, Task<int>> action)
    {
        await using var data = OpenedData.OpenOrVisit(Read(arguments));
        await Terminal.Error.WriteLineAsync(PlaceOf(data));
        return await action(new KeyCommands(data.Keys, TimeProvider.System, Terminal.Output, Terminal.Error));
    }

    /// <summary>Says where a command works: it may not be where the service does that the person has in mind.</summary>
    public static string PlaceOf(OpenedData data) => data switch
    {
        { IsNew: true, Folder: { } folder } => $"A new installation was made in {folder}; if the service runs with another --data, give the same here.",
        { IsNew: true } => $"A new installation was made. {data.Place}",
        _ => data.Place,
    };

    private static EmailVerifyOptions Read(CommonArguments arguments)
    {
        var options = Settings.Read(arguments, Settings.CreateHost().Configuration);
        return options.IsDataTemporary
            ? throw new CommandRefusedException(ExitCodes.Refused, "A sandbox without --data has a folder of its own for each process, gone when it ends. Type --data DIR, where DIR is what the running sandbox printed behind \"Data folder:\" at its start.")
            : options;
    }
}
