using Passthru.Facts.Processes;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;
using static Passthru.Tests.Facts.Processes.ProcessReaderTests;

namespace Passthru.Tests.Facts.Processes;

/// <summary>What the search for holders takes over from the read before, and when it does not.</summary>
public sealed class HolderCacheTests
{
    [Fact]
    public void Other_programs_are_looked_into_only_while_something_is_unexplained()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Holds(4242, "14").Process(900, "/", "/usr/sbin/sshd").References(4));
        var first = Read(TreeFiles.Of(tree), Enabled(Gpu, "14"));
        var files = new RefusingTree(TreeFiles.Of(tree), _ => false);
        var second = Read(files, Enabled(Gpu, "14"), first.Memory);

        Assert.DoesNotContain("proc/900/fd", files.Asked);
        Assert.Equal(4242, Assert.Single(second.Facts.Holders).Pid);
        Assert.Equal(first.Memory, second.Memory);

        new ProcessFiles(tree).Process(950, "/", "/usr/bin/vpp").Holds(950, "15").References(7);
        var third = Read(TreeFiles.Of(tree), Enabled(Gpu, "14"), second.Memory);
        Assert.Equal([950, 4242], third.Facts.Holders.Select(holder => holder.Pid));
        Assert.True(third.Facts.HoldersComplete);
    }

    [Fact]
    public void A_program_that_held_something_is_looked_into_again()
    {
        var tree = Host(host => host.Process(950, "/system.slice/vpp.service", "/usr/bin/vpp").Holds(950, "14").Process(960, "/", "/bin/sh").References(4));
        var first = Read(TreeFiles.Of(tree), Enabled(Gpu, "14"));
        var files = new RefusingTree(TreeFiles.Of(tree), _ => false);
        var second = Read(files, Enabled(Gpu, "14"), first.Memory);

        Assert.Equal("vpp.service", Assert.Single(second.Facts.Holders).Unit);
        Assert.DoesNotContain("proc/960/fd", files.Asked);
        Assert.Empty(second.Facts.Vms);
    }

    [Fact]
    public void Of_a_holder_the_descriptors_that_were_open_are_looked_at_and_no_others()
    {
        var tree = Host(host => host.Process(4242, Scope, Kvm).Holds(4242, "14").Open(4242, 99, "socket:[1]").References(4));
        var first = Read(TreeFiles.Of(tree), Enabled(Gpu, "14"));
        var files = new RefusingTree(TreeFiles.Of(tree), _ => false);
        var second = Read(files, Enabled(Gpu, "14"), first.Memory);

        Assert.Equal(first.Facts, second.Facts);
        Assert.Contains("proc/4242/fd/99", Asked(tree));
        Assert.DoesNotContain("proc/4242/fd/99", files.Asked);
        Assert.DoesNotContain("proc/4242/fd", files.Asked);

        IEnumerable<string> Asked(HostTree host)
        {
            var asked = new RefusingTree(TreeFiles.Of(host), _ => false);
            Read(asked, Enabled(Gpu, "14"));
            return asked.Asked;
        }
    }

    [Fact]
    public void A_holder_that_has_its_files_under_other_descriptors_now_is_found_and_remembered()
    {
        var first = Read(TreeFiles.Of(Host(host => host.Process(4242, Scope, Kvm).Open(4242, 20, "/dev/vfio/14").References(1))), Enabled(Gpu, "14"));
        var moved = Host(host => host.Process(4242, Scope, Kvm).Open(4242, 30, "/dev/vfio/14").Process(900, "/", "/usr/sbin/sshd").References(1));
        var files = new RefusingTree(TreeFiles.Of(moved), _ => false);
        var second = Read(files, Enabled(Gpu, "14"), first.Memory);

        Assert.Equal(["14"], Assert.Single(second.Facts.Holders).Groups);
        Assert.DoesNotContain("proc/900/fd", files.Asked);
        Assert.Equal([new OpenVfioFile(4242, "30")], second.Memory.Files);
    }

    [Fact]
    public void What_a_descriptor_leads_to_now_counts()
    {
        var first = Read(TreeFiles.Of(Host(host => host.Process(4242, Scope, Kvm).Open(4242, 20, "/dev/vfio/14").References(1))), Enabled(Gpu, "14"));
        var second = Read(TreeFiles.Of(Host(host => host.Process(4242, Scope, Kvm).Open(4242, 20, "/dev/vfio/15").References(1))), Enabled(Gpu, "15"), first.Memory);

        Assert.Equal(["15"], Assert.Single(second.Facts.Holders).Groups);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(null)]
    public void With_another_count_or_none_the_descriptors_alone_are_not_asked(int? references)
    {
        var first = Read(TreeFiles.Of(Host(host => host.Process(4242, Scope, Kvm).Open(4242, 20, "/dev/vfio/14").References(1))), Enabled(Gpu, "14"));
        var files = new RefusingTree(
            TreeFiles.Of(Host(host =>
            {
                host.Process(4242, Scope, Kvm).Open(4242, 20, "/dev/vfio/14");
                if (references is { } count)
                {
                    host.References(count);
                }
            })),
            _ => false);

        Assert.Single(Read(files, Enabled(Gpu, "14"), first.Memory).Facts.Holders);
        Assert.Equal(["proc/4242/fd/20", "proc/4242/fd/20"], files.Asked.Where(path => path == "proc/4242/fd/20"));
    }
}
