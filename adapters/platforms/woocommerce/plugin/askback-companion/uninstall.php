<?php
/**
 * Removes what is ours and nothing else: one option. Carts and orders are the store's.
 *
 * @package Askback_Companion
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'askback_companion' );
