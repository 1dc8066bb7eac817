using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using EmailVerify.Core;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Cli;

/// <summary>Asks about addresses, many at once, and writes their rows in the order of asking. An address that fails is reported, and the others go on.</summary>
/// <param name="verify">Verifies one address.</param>
/// <param name="output">Where rows go.</param>
/// <param name="error">Where failures are reported: by an address's position, since addresses are personal data.</param>
internal sealed class VerifyRows(Func<string, Task<VerdictRow>> verify, VerifyOutput output, TextWriter error)
{
    // As many as lanes hold questions for without turning some away.
    private const int AtOnce = 500;

    /// <summary>Writes the rows.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="stopping">Ends the asking; what was asked is awaited and written.</param>
    /// <returns>Whether each address has a verdict.</returns>
    public async Task<bool> WriteAsync(ImmutableArray<string> addresses, CancellationToken stopping)
    {
        await output.BeginAsync();
        var rows = Channel.CreateBounded<Task<VerdictRow>>(AtOnce);
        var asking = AskAsync(addresses, rows.Writer, stopping);
        var (position, verdicts) = (0, 0);
        await foreach (var asked in rows.Reader.ReadAllAsync(CancellationToken.None))
        {
            position++;
            if (await ResultAsync(asked, position) is not { } row)
                continue;
            await output.WriteAsync(row);
            if (row.Status is not null)
                verdicts++;
        }

        await asking;
        return verdicts == addresses.Length;
    }

    private async Task AskAsync(ImmutableArray<string> addresses, ChannelWriter<Task<VerdictRow>> rows, CancellationToken stopping)
    {
        try
        {
            foreach (var email in addresses)
                await rows.WriteAsync(verify(email), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The rows that were begun are written.
        }
        finally
        {
            rows.Complete();
        }
    }

    private async Task<VerdictRow?> ResultAsync(Task<VerdictRow> row, int position)
    {
        try
        {
            return await row;
        }
        catch (Exception failure) when (failure is StorageUnavailableException or TimeoutException or OrleansException)
        {
            var problem = Failures.Of(failure);
            var why = problem.Code == ProblemCode.InternalError ? "The engine failed; the error above says how." : problem.Detail;
            await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Address {position} has no verdict: {why}"));
            return null;
        }
    }
}
