namespace EmailVerify.Core;

/// <summary>The store could not do what was asked, now: nothing was written. The problem <c>storage_unavailable</c>; asking again later may work.</summary>
public class StorageUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>There is no room on the disk: nothing was written, and reading goes on. The problem <c>storage_full</c>; freeing space cures it.</summary>
public sealed class StorageFullException(string message, Exception? cause = null) : StorageUnavailableException(message, cause);
