using System.Buffers;
using System.Text;
using EmailVerify.Host.Api.Batches.Results;

namespace EmailVerify.Host.Cli;

/// <summary>Writes the results of a batch as the table that a person reads.</summary>
/// <param name="output">Where to.</param>
/// <param name="inSandbox">Whether the world that was asked is the sandbox.</param>
/// <param name="palette">The colours of its statuses.</param>
internal sealed class TableResultWriter(IBufferWriter<byte> output, bool inSandbox, Palette palette) : IResultWriter
{
    /// <inheritdoc/>
    public void Begin() => Write(VerifyOutput.TableHeader);

    /// <inheritdoc/>
    public void Write(in ShownResult result) => Write(VerifyOutput.Table(VerdictRow.Of(result, inSandbox), palette));

    /// <inheritdoc/>
    public void End(string? next)
    {
        // A table ends with its last row.
    }

    private void Write(string text) => _ = Encoding.UTF8.GetBytes(text, output);
}
