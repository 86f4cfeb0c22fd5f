using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.HostDependencies;

/// <summary>The hosts by what they live on: each chain, from what would be lost down to the function.</summary>
public sealed class UsedHostsTests
{
    private const string Desktop = """
        keyboard: keyboard → 1-3 → 0000:00:14.0
        boot_display: boot display → 0000:04:00.0
        boot_display: display → card1-HDMI-A-1 → 0000:05:00.0
        """;

    private const string OneAddress = """
        default_route: default route → eno1 → 0000:02:00.0
        management_network: host address → eno1 → 0000:02:00.0
        """;

    public static TheoryData<string, string> Hosts => new()
    {
        {
            "use-ext4-nvme", $"""
            root_disk: / → nvme0n1p2 → nvme0n1 → 0000:01:00.0
            mounted_disk: /boot/efi → nvme0n1p1 → nvme0n1 → 0000:01:00.0
            swap: swap → nvme0n1p3 → nvme0n1 → 0000:01:00.0
            {OneAddress}
            {Desktop}
            """
        },
        {
            "use-lvm-raid1", $"""
            root_disk: / → vg0-root → md0 → sda2 → sda → 0000:00:17.0
            mounted_disk: /boot → sda1 → sda → 0000:00:17.0
            swap: swap → vg0-swap → md0 → sda2 → sda → 0000:00:17.0
            {OneAddress}
            {Desktop}
            """
        },
        {
            "use-luks", $"""
            root_disk: / → vg-root → luks-0a1b → nvme0n1p3 → nvme0n1 → 0000:01:00.0
            mounted_disk: /boot → nvme0n1p2 → nvme0n1 → 0000:01:00.0
            swap: swap → /swapfile → vg-root → luks-0a1b → nvme0n1p3 → nvme0n1 → 0000:01:00.0
            {OneAddress}
            {Desktop}
            """
        },
        {
            "use-zfs-mirror", $"""
            root_disk: / → rpool → nvme0n1p3 → nvme0n1 → 0000:01:00.0
            mounted_disk: /rpool/data → rpool → nvme0n1p3 → nvme0n1 → 0000:01:00.0
            root_disk: / → rpool → sda3 → sda → 0000:00:17.0
            mounted_disk: /rpool/data → rpool → sda3 → sda → 0000:00:17.0
            {BondVlanBridge}
            {Desktop}
            """
        },
        { "use-zfs-unknown", $"{OneAddress}\n{Desktop}" },
        {
            "use-bond-vlan-bridge", $"""
            root_disk: / → nvme0n1p2 → nvme0n1 → 0000:01:00.0
            mounted_disk: /boot/efi → nvme0n1p1 → nvme0n1 → 0000:01:00.0
            swap: swap → nvme0n1p3 → nvme0n1 → 0000:01:00.0
            {BondVlanBridge}
            {Desktop}
            """
        },
        {
            "use-ipv6-only", $"""
            root_disk: / → nvme0n1p2 → nvme0n1 → 0000:01:00.0
            mounted_disk: /boot/efi → nvme0n1p1 → nvme0n1 → 0000:01:00.0
            swap: swap → nvme0n1p3 → nvme0n1 → 0000:01:00.0
            default_route: IPv6 default route → eno2 → 0000:03:00.0
            management_network: host address → eno2 → 0000:03:00.0
            {Desktop}
            """
        },
        {
            "use-iscsi-root", $"""
            root_disk: / → sda2 → sda → 198.51.100.20 → eno2 → 0000:03:00.0
            management_network: host address → eno2 → 0000:03:00.0
            {OneAddress}
            {Desktop}
            """
        },
        {
            "use-nfs-root", $"""
            root_disk: / → 198.51.100.20 → eno2 → 0000:03:00.0
            management_network: host address → eno2 → 0000:03:00.0
            {OneAddress}
            {Desktop}
            """
        },
        {
            "use-usb-boot", $"""
            root_disk: / → sdc2 → sdc → 0000:00:14.0
            mounted_disk: /var → nvme0n1p2 → nvme0n1 → 0000:01:00.0
            {OneAddress}
            {Desktop}
            """
        },
        {
            "use-headless", $"""
            root_disk: / → nvme0n1p2 → nvme0n1 → 0000:01:00.0
            mounted_disk: /boot/efi → nvme0n1p1 → nvme0n1 → 0000:01:00.0
            swap: swap → nvme0n1p3 → nvme0n1 → 0000:01:00.0
            {OneAddress}
            """
        },
        {
            "use-two-gpus", $"""
            root_disk: / → nvme0n1p2 → nvme0n1 → 0000:01:00.0
            mounted_disk: /boot/efi → nvme0n1p1 → nvme0n1 → 0000:01:00.0
            swap: swap → nvme0n1p3 → nvme0n1 → 0000:01:00.0
            {OneAddress}
            boot_display: framebuffer → BOOTFB → 0000:04:00.0
            """
        },
        { "use-container", "mounted_disk: /etc/hosts → nvme0n1p2 → nvme0n1 → 0000:01:00.0\nboot_display: boot display → 0000:04:00.0" },
    };

    private const string BondVlanBridge = """
        default_route: default route → vmbr0 → bond0.10 → bond0 → eno1 → 0000:02:00.0
        default_route: default route → vmbr0 → bond0.10 → bond0 → eno2 → 0000:03:00.0
        management_network: host address → vmbr0 → bond0.10 → bond0 → eno1 → 0000:02:00.0
        management_network: host address → vmbr0 → bond0.10 → bond0 → eno2 → 0000:03:00.0
        guest_network: tap100i0 on vmbr0 → bond0.10 → bond0 → eno1 → 0000:02:00.0
        guest_network: tap100i0 on vmbr0 → bond0.10 → bond0 → eno2 → 0000:03:00.0
        """;

    [Theory, MemberData(nameof(Hosts))]
    public void A_host_lives_on_what_its_files_prove(string host, string expected)
    {
        var lines = Used.Lines(Read.Facts(TreeFiles.Of(UsedHosts.Build(host))));

        Assert.Equal(expected.Split('\n').Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_host_has_its_row() => Assert.Equal(UsedHosts.Names.Order(), Hosts.Select(row => row.Data.Item1).Order());

    [Theory]
    [InlineData("use-zfs-unknown", true)]
    [InlineData("use-container", false)]
    public void What_cannot_be_followed_is_told_and_a_limit_of_the_program_is_no_failure(string host, bool succeeded)
    {
        var facts = Read.Facts(TreeFiles.Of(UsedHosts.Build(host)));

        Assert.False(facts.HostDependencies!.StorageComplete);
        Assert.NotEmpty(Used.Issues(facts));
        Assert.Equal(succeeded, facts.Collectors.Single(run => run.Collector == Passthru.Facts.Reading.Collector.HostDependencies).Succeeded);
    }

    [Theory]
    [InlineData("use-ext4-nvme")]
    [InlineData("use-zfs-mirror")]
    [InlineData("use-iscsi-root")]
    [InlineData("use-nfs-root")]
    [InlineData("use-headless")]
    public void What_is_followed_to_the_end_is_no_trouble(string host)
    {
        var facts = Read.Facts(TreeFiles.Of(UsedHosts.Build(host)));

        Assert.Empty(Used.Issues(facts));
        Assert.True(facts.HostDependencies is { StorageComplete: true, NetworkComplete: true, DisplayComplete: true, KeyboardsComplete: true });
    }
}
