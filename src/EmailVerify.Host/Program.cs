using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Replies;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Hosting;

// Without ICU, names beyond ASCII would silently be read otherwise: rather not start.
if (!Idn.IsUsable)
{
    await Terminal.Error.WriteLineAsync("ICU is missing: install libicu, and do not set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
    return ExitCodes.Failed;
}

try
{
    return await CommandTree.RunAsync(args, new CommandHandlers
    {
        Serve = ServeCommand.RunAsync,
        Verify = VerifyCommand.RunAsync,
        Sandbox = SandboxCommand.RunAsync,
        Replies = (explains, cancellationToken) => StreamCommands.RunAsync(new ReplyStream(ReplyRules.Default, explains).RunAsync, cancellationToken),
        Addresses = cancellationToken => StreamCommands.RunAsync(AddressLines.RunAsync, cancellationToken),
        Rejudge = StoreCommands.RejudgeAsync,
        Doctor = DoctorCommand.RunAsync,
        Migrate = (arguments, _) => StoreCommands.MigrateAsync(arguments),
        CreateKey = (arguments, wish, _) => StoreCommands.WithKeysAsync(arguments, keys => keys.CreateAsync(wish)),
        ListKeys = (arguments, cancellationToken) => StoreCommands.WithKeysAsync(arguments, keys => keys.ListAsync(cancellationToken)),
        RevokeKey = (arguments, id, cancellationToken) => StoreCommands.WithKeysAsync(arguments, keys => keys.RevokeAsync(id, cancellationToken)),
    });
}
catch (OptionsRefusedException refused)
{
    foreach (var error in refused.Errors)
        await Terminal.Error.WriteLineAsync(error);
    return ExitCodes.Refused;
}
catch (CommandRefusedException refused)
{
    await Terminal.Error.WriteLineAsync(refused.Message);
    return refused.ExitCode;
}
catch (Exception failure) when (failure is StorageUnavailableException or InvalidDataException)
{
    await Terminal.Error.WriteLineAsync(failure.Message);
    return ExitCodes.Failed;
}
catch (IOException failure) when (failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Terminal.Error.WriteLineAsync($"{failure.Message} Give another place with --urls.");
    return ExitCodes.Failed;
}
