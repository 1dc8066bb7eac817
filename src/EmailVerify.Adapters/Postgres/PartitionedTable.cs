using System.Collections.Immutable;

namespace EmailVerify.Adapters.Postgres;

/// <summary>A table that is partitioned by the month in a UUIDv7.</summary>
/// <param name="Name">Its name. A partition's has the month behind it.</param>
/// <param name="Key">The column of the id.</param>
/// <param name="Keeps">What a row says that must not be dropped, whatever its age, as a condition.</param>
internal sealed record PartitionedTable(string Name, string Key, string Keeps)
{
    /// <summary>Gets the table <c>verifications</c>. What is pending is somebody's who waits.</summary>
    public static PartitionedTable Verifications { get; } = new("verifications", "id", "status IS NULL");

    /// <summary>Gets the table <c>batch_results</c>. What is there is of a batch that was not erased.</summary>
    public static PartitionedTable BatchResults { get; } = new("batch_results", "batch_id", "true");

    /// <summary>Gets all.</summary>
    public static ImmutableArray<PartitionedTable> All { get; } = [Verifications, BatchResults];

    /// <summary>Gets the name of a month's partition.</summary>
    public string PartitionOf(IdMonth month) => $"{Name}_{month}";
}
