using System.Collections.Immutable;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Lanes;
using Orleans.Concurrency;

namespace EmailVerify.Grains.Batches;

/// <summary>A batch's life: it hands out its chunks and what was put off, and knows how far it is. Key: the batch's id.</summary>
[Alias("batch")]
public interface IBatchGrain : IGrainWithStringKey
{
    /// <summary>Goes on with the work, if there is any. Called after the batch was published, at each start and by its reminder.</summary>
    [Alias("wake"), AlwaysInterleave]
    ValueTask WakeAsync();

    /// <summary>Says how it stands, from memory: at most a flush behind the store.</summary>
    /// <returns>Null when there is no such batch.</returns>
    [Alias("look"), AlwaysInterleave]
    ValueTask<BatchView?> LookAsync();

    /// <summary>Pauses, resumes or cancels it, or begins a new round. Durable when it returns; what was asked already is heard out and kept.</summary>
    /// <param name="command">What to do.</param>
    /// <param name="reason">Why, of a pause; at most 256 characters.</param>
    /// <param name="reasons">Which unknowns a new round asks about; empty takes all.</param>
    /// <returns>The batch as it is then and whether the command was allowed in its state; null when there is no such batch.</returns>
    [Alias("steer")]
    ValueTask<BatchSteering?> SteerAsync(BatchCommand command, string? reason, ImmutableArray<VerdictReason> reasons);

    /// <summary>Cancels it and removes its rows and results.</summary>
    [Alias("erase")]
    ValueTask EraseAsync();

    /// <summary>A worker has stored results.</summary>
    /// <param name="now">The batch after that.</param>
    /// <param name="limitedBy">The provider whose limits put off the worker's rows the longest; null when none did.</param>
    /// <param name="until">Until when.</param>
    [Alias("advanced"), AlwaysInterleave]
    ValueTask AdvancedAsync(BatchView now, string? limitedBy, DateTimeOffset until);

    /// <summary>A worker tells where its rows are, by provider.</summary>
    [Alias("tallied"), AlwaysInterleave]
    ValueTask TalliedAsync(WorkerTally tally);

    /// <summary>Says where its rows are, by provider, from memory.</summary>
    [Alias("providers"), AlwaysInterleave]
    ValueTask<BatchRows> ProvidersAsync();

    /// <summary>A worker is done with a chunk, or with rows that had been put off.</summary>
    [Alias("ended"), AlwaysInterleave]
    ValueTask EndedAsync(ChunkReport report);
}

/// <summary>A batch as grains tell it to each other.</summary>
/// <param name="Batch">The batch.</param>
public sealed record BatchView(Batch Batch)
{
    /// <summary>Gets when it will be done at the present pace, or null when that cannot be said.</summary>
    public DateTimeOffset? EtaAt { get; init; }

    /// <summary>Gets how many rows a second are done at present.</summary>
    public double RatePerSecond { get; init; }

    /// <summary>Gets the provider whose limits make the end, or null when it is not one's limits.</summary>
    public string? LimitedBy { get; init; }
}

/// <summary>What became of a command.</summary>
/// <param name="Batch">The batch as it is then.</param>
/// <param name="IsAllowed">Whether the command was allowed in the state that it was in.</param>
public sealed record BatchSteering(Batch Batch, bool IsAllowed);

/// <summary>Where the rows of a batch are, by provider.</summary>
/// <param name="Providers">The provider with the most rows first. The small hosts, which no data name, are one: <see cref="LaneDirectory.SmallHosts"/>.</param>
/// <param name="IsWhole">Whether it was counted since the first row; else what was done before is in the results alone, and not in here.</param>
[GenerateSerializer, Immutable, Alias("batch-rows")]
public sealed record BatchRows([property: Id(0)] ImmutableArray<ProviderRows> Providers, [property: Id(1)] bool IsWhole);

/// <summary>Where the rows of a batch are that go to one provider.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Waiting">How many stand in its lanes or are being asked about.</param>
/// <param name="Done">How many have their result.</param>
/// <param name="Retrying">How many were put off.</param>
[GenerateSerializer, Immutable, Alias("provider-rows")]
public sealed record ProviderRows([property: Id(0)] string Provider, [property: Id(1)] long Waiting, [property: Id(2)] long Done, [property: Id(3)] long Retrying);

/// <summary>What a worker tells of its rows.</summary>
/// <param name="Number">The chunk, or below 0 for rows that had been put off.</param>
/// <param name="Epoch">Of its claim.</param>
/// <param name="Step">Rises with each word of this worker.</param>
/// <param name="Providers">What changed, by provider.</param>
[GenerateSerializer, Immutable, Alias("worker-tally")]
public sealed record WorkerTally([property: Id(0)] int Number, [property: Id(1)] int Epoch, [property: Id(2)] int Step, [property: Id(3)] ImmutableArray<ProviderTally> Providers);

/// <summary>The rows of a worker that go to one provider.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Waiting">How many wait for their answer now.</param>
/// <param name="Done">How many have got their result since the last word.</param>
/// <param name="PutOff">How many more than before are put off since then; below 0 where some are on their way again.</param>
[GenerateSerializer, Immutable, Alias("provider-tally")]
public sealed record ProviderTally([property: Id(0)] string Provider, [property: Id(1)] long Waiting, [property: Id(2)] long Done, [property: Id(3)] long PutOff);

/// <summary>What a worker tells when it is done.</summary>
/// <param name="Number">The chunk, or below 0 for rows that had been put off.</param>
/// <param name="Epoch">Of its claim.</param>
/// <param name="End">What is left of the rows.</param>
/// <param name="Stall">Why it could not go on; none when it could.</param>
/// <param name="NextDue">When the first of the rows that it put off is due, or null.</param>
/// <param name="WasAnswered">Whether anybody outside answered: a mail server, or a resolver.</param>
[GenerateSerializer, Immutable, Alias("chunk-report")]
public sealed record ChunkReport(
    [property: Id(0)] int Number,
    [property: Id(1)] int Epoch,
    [property: Id(2)] ChunkEnd End,
    [property: Id(3)] Stall Stall,
    [property: Id(4)] DateTimeOffset? NextDue,
    [property: Id(5)] bool WasAnswered);

/// <summary>What a worker leaves of its rows.</summary>
public enum ChunkEnd
{
    /// <summary>Some have no outcome: they are handed out again.</summary>
    Left,

    /// <summary>Each has a result or was put off.</summary>
    Closed,

    /// <summary>None was due: others had taken what had been put off.</summary>
    NothingDue,

    /// <summary>Some have no outcome, for a lane closed or they were taken back: no defect.</summary>
    TakenBack,
}

/// <summary>Why a batch cannot go on. Its word is the reason of the pause.</summary>
public enum Stall
{
    /// <summary>It can.</summary>
    None,

    /// <summary>Every egress rests, for providers have blocked them.</summary>
    NoEgress,

    /// <summary>No domain could be looked up.</summary>
    ResolverUnavailable,

    /// <summary>There is no room on the disk.</summary>
    StorageFull,

    /// <summary>The store cannot be reached.</summary>
    StorageUnavailable,
}
