// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the firmware of a laptop says of the modem in its first slot: that it wants the
// path with messages to D3 (host interface, section 12.4). The machines of "# iommu:"
// scenarios have it; the others have none and take the other path.

DefinitionBlock ("", "SSDT", 2, "IOSM", "PLATFORM", 1)
{
    // Behind device 4, the first root port: before that come two disks and the serial ports.
    External (\_SB.PCI0.S20.S00, DeviceObj)

    Scope (\_SB.PCI0.S20.S00)
    {
        Method (_DSM, 4)
        {
            If ((Arg0 == ToUUID ("bad01b75-22a8-4f48-8792-bdde9467747d")))
            {
                If ((ToInteger (Arg1) == 0) && (ToInteger (Arg2) == 3))
                {
                    Return (3)
                }
            }

            Return (Buffer () { 0 })
        }
    }
}
