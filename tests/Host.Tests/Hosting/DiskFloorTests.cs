using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Tests.Hosting;

public sealed class DiskFloorTests
{
    [Fact]
    public void IsKept_Folder_IsWhatTheSystemSays()
    {
        var free = new DriveInfo(AppContext.BaseDirectory).AvailableFreeSpace;
        Assert.Equal(free > 100_000_000, new DiskFloor(AppContext.BaseDirectory).IsKept());
    }

    [Fact]
    public void IsKept_FolderGone_IsNot() => Assert.False(new DiskFloor("/no/such/folder").IsKept());
}
