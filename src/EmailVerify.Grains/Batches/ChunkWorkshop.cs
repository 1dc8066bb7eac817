using EmailVerify.Core.Batches;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Lanes;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Batches;

/// <summary>What the workers of a silo share: where rows, verdicts and domains are read, who asks, and how many domains are looked up at once.</summary>
internal sealed class ChunkWorkshop(
    IBatchStore batches,
    IVerificationStore verifications,
    IDomainStore domains,
    LaneDirectory lanes,
    Settlement settlement,
    IGrainFactory grains,
    ILocalSiloDetails silo,
    TimeProvider clock,
    ILogger<ChunkWork> logger) : IDisposable
{
    /// <summary>How many domains are looked up at once for batches: a resolver that is asked for more answers late, and a late answer would be taken for none.</summary>
    private const int LookUpsAtOnce = 64;

    /// <summary>How many chunks are worked on at once, of all batches; some 2 MB each.</summary>
    private const int ChunksOfSilo = 48;

    public IBatchStore Batches => batches;

    public IVerificationStore Verifications => verifications;

    public IDomainStore Domains => domains;

    public LaneDirectory Lanes => lanes;

    public Settlement Settlement => settlement;

    public IGrainFactory Grains => grains;

    public TimeProvider Clock => clock;

    /// <summary>Gets what the rows that are leased here are held by.</summary>
    public string Silo { get; } = silo.SiloAddress.ToParsableString();

    public ILogger<ChunkWork> Logger => logger;

    /// <summary>Gets the references of domains.</summary>
    public GrainReferences<IDomainGrain> DomainGrains { get; } = new(grains);

    /// <summary>Gets the turns for looking up a domain.</summary>
    public SemaphoreSlim LookUps { get; } = new(LookUpsAtOnce);

    /// <summary>Gets what the grains of domains have said in the last seconds; a chunk that was read then would know no better.</summary>
    public Kept<DomainAnswer> Answers { get; } = new(TimeSpan.FromSeconds(5), clock);

    /// <summary>Gets what decoys have shown of late, where they have.</summary>
    public Kept<CatchAllBelief> Decoys { get; } = new(TimeSpan.FromSeconds(30), clock);

    /// <summary>Gets the turns for holding a chunk in memory.</summary>
    public SemaphoreSlim Turns { get; } = new(ChunksOfSilo);

    /// <summary>Gets or sets when a domain was last looked up with an answer: a resolver that answered a minute ago is not dead, only these domains' servers are silent.</summary>
    public DateTimeOffset LastLookUp { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Makes the work on a chunk, or on rows that had been put off.</summary>
    public ChunkWork Make(string batchId, int number, int epoch, int defects, int silences) => new(this, batchId, number, epoch, defects, silences);

    /// <inheritdoc/>
    public void Dispose()
    {
        LookUps.Dispose();
        Turns.Dispose();
    }
}
