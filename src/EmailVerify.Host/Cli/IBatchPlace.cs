using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Cli;

/// <summary>Where the batch of <c>verify --file</c> runs: in this process or in a service.</summary>
internal interface IBatchPlace
{
    /// <summary>Takes the file in, or finds the batch that the same file is already.</summary>
    /// <exception cref="Hosting.CommandRefusedException">The file is not taken.</exception>
    Task<BatchStanding> OpenAsync(SourceFile file, string? column, CancellationToken cancellationToken);

    /// <summary>Says how it stands.</summary>
    Task<BatchStanding> LookAsync(CancellationToken cancellationToken);

    /// <summary>Has it go on.</summary>
    Task SteerAsync(BatchCommand command, CancellationToken cancellationToken);

    /// <summary>Writes its results.</summary>
    Task WriteAsync(OutputFile output, VerifyFormat format, CancellationToken cancellationToken);

    /// <summary>Gets what becomes of a batch that nobody waits for any longer, in one sentence; null where there is nothing to say.</summary>
    string? Afterwards { get; }
}
