#compdef py-heap
# SPDX-License-Identifier: Apache-2.0
# Completion of py-heap in zsh: py-heap itself knows the words, @file, @dir and @pid are for us to fill in.
local candidate
local -a offered
for candidate in ${(f)"$(${(Q)words[1]} --complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)"}; do
	case $candidate in
	@file) _files ;;
	@dir) _files -/ ;;
	@pid) compadd -- ${(f)"$(pgrep -f python)"} ;;
	*) offered+=("$candidate") ;;
	esac
done
compadd -- $offered
