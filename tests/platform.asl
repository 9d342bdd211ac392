// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the firmware of a laptop says of the modems in its slots: that they want the path with
// messages to D3 (host interface, section 12.4), and how a slot is reset. The machines of
// "# iommu:" scenarios have it; the others have none, take the other path for sleep, and
// reset by the function's or the bus's own means.

DefinitionBlock ("", "SSDT", 2, "IOSM", "PLATFORM", 1)
{
    // From device 4 on stand the root ports, as many as there are modems: before that come two
    // disks and the serial ports.
    External (\_SB.PCI0.S20, DeviceObj)
    External (\_SB.PCI0.S20.S00, DeviceObj)
    External (\_SB.PCI0.S28, DeviceObj)
    External (\_SB.PCI0.S28.S00, DeviceObj)
    External (\_SB.PCI0.S30, DeviceObj)
    External (\_SB.PCI0.S30.S00, DeviceObj)
    External (\_SB.PCI0.S38, DeviceObj)
    External (\_SB.PCI0.S38.S00, DeviceObj)

    Scope (\_SB)
    {
        // Of any modem
        Method (MDSM, 3)
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

    If (CondRefOf (\_SB.PCI0.S20.S00))
    {
        Scope (\_SB.PCI0.S20)
        {
            // Bridge control: bit 6 resets what is behind the port.
            OperationRegion (BCTL, PCI_Config, 0x3E, 0x02)
            Field (BCTL, WordAcc, NoLock, Preserve)
            {
                , 6,
                SRST, 1
            }
        }

        Scope (\_SB.PCI0.S20.S00)
        {
            Method (_DSM, 4)
            {
                Return (\_SB.MDSM (Arg0, Arg1, Arg2))
            }

            Method (_RST, 0, Serialized)
            {
                SRST = 1
                Sleep (2)
                SRST = 0
                Sleep (100)
            }
        }
    }

    If (CondRefOf (\_SB.PCI0.S28.S00))
    {
        Scope (\_SB.PCI0.S28)
        {
            // Bridge control: bit 6 resets what is behind the port.
            OperationRegion (BCTL, PCI_Config, 0x3E, 0x02)
            Field (BCTL, WordAcc, NoLock, Preserve)
            {
                , 6,
                SRST, 1
            }
        }

        Scope (\_SB.PCI0.S28.S00)
        {
            Method (_DSM, 4)
            {
                Return (\_SB.MDSM (Arg0, Arg1, Arg2))
            }

            Method (_RST, 0, Serialized)
            {
                SRST = 1
                Sleep (2)
                SRST = 0
                Sleep (100)
            }
        }
    }

    If (CondRefOf (\_SB.PCI0.S30.S00))
    {
        Scope (\_SB.PCI0.S30)
        {
            // Bridge control: bit 6 resets what is behind the port.
            OperationRegion (BCTL, PCI_Config, 0x3E, 0x02)
            Field (BCTL, WordAcc, NoLock, Preserve)
            {
                , 6,
                SRST, 1
            }
        }

        Scope (\_SB.PCI0.S30.S00)
        {
            Method (_DSM, 4)
            {
                Return (\_SB.MDSM (Arg0, Arg1, Arg2))
            }

            Method (_RST, 0, Serialized)
            {
                SRST = 1
                Sleep (2)
                SRST = 0
                Sleep (100)
            }
        }
    }

    If (CondRefOf (\_SB.PCI0.S38.S00))
    {
        Scope (\_SB.PCI0.S38)
        {
            // Bridge control: bit 6 resets what is behind the port.
            OperationRegion (BCTL, PCI_Config, 0x3E, 0x02)
            Field (BCTL, WordAcc, NoLock, Preserve)
            {
                , 6,
                SRST, 1
            }
        }

        Scope (\_SB.PCI0.S38.S00)
        {
            Method (_DSM, 4)
            {
                Return (\_SB.MDSM (Arg0, Arg1, Arg2))
            }

            Method (_RST, 0, Serialized)
            {
                SRST = 1
                Sleep (2)
                SRST = 0
                Sleep (100)
            }
        }
    }
}
