using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EmailVerify.Host.Cli;

/// <summary><c>verify --server</c>: the same over the API of a running service.</summary>
internal static class ServerVerifyCommand
{
    private const string Prefer = "Prefer";
    private const string Wait = "wait=25";

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(VerifyArguments arguments, OutputFile output, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        using var server = new ServerClient(arguments.Server!, ServerClient.KeyOf(arguments.Key), clock);

        // There is no host that would listen for signals.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            _ = stop.CancelAsync();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        if (arguments.File is { } path)
        {
            await using var file = await SourceFile.OpenAsync(path, arguments.Column, Terminal.OpenInput, stop.Token);
            var report = new ProgressReport(Terminal.Error, () => Terminal.Width, clock);
            return await new FileRun(new RemoteBatch(server), report, Terminal.Error, clock).RunAsync(file, arguments.Column, output, arguments.Form, Pace, stop.Token);
        }

        return await AddressRun.RunAsync(arguments, output, email => VerdictAsync(server, email, stop.Token), afterwards: null, stop.Token);
    }

    private static async Task<VerdictRow> VerdictAsync(ServerClient server, string email, CancellationToken cancellationToken)
    {
        var response = await server.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, new Uri("v1/verifications", UriKind.Relative))
            {
                Content = JsonContent.Create(new Dictionary<string, string>(StringComparer.Ordinal) { ["email"] = email }),
                Headers = { { Prefer, Wait } },
            },
            cancellationToken);
        while (true)
        {
            JsonElement answer;
            using (response)
                answer = await server.JsonAsync(response, cancellationToken);
            if (response.StatusCode is not HttpStatusCode.Accepted)
                return VerdictRow.Of(answer) with { Email = email };
            var path = new Uri($"v1/verifications/{answer.GetProperty("id").GetString()}", UriKind.Relative);
            response = await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { Prefer, Wait } } }, cancellationToken);
        }
    }
}
